-- sizes: how large some tables are with their indexes and everything that inherits from them, since a rewrite copies all of it.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--
-- It waits for whoever holds a table exclusively, as long as lock_timeout says.
with recursive tree (root, relid) as (
  select e.value::oid, e.value::oid
  from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e
  union
  select t.root, h.inhrelid from tree t join pg_catalog.pg_inherits h on h.inhparent = t.relid
)
select t.root::text as oid, pg_catalog.sum(pg_catalog.pg_total_relation_size(t.relid))::text as bytes
from tree t
group by t.root
order by t.root
