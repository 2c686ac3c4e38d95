-- sizes: how large some tables are with their indexes and everything that inherits from them, since a rewrite copies all of it.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--
-- It waits for whoever holds a table exclusively, as long as lock_timeout says.
with recursive
tree (roots, relids) as (                    -- a level at a time, in arrays: see leaves.sql
  select r.oids, r.oids
  from (
    select array(
      select distinct e.value::oid
      from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e) as oids
    offset 0
  ) r
  union all
  select n.roots, n.relids
  from tree t
  cross join lateral (
    select pg_catalog.array_agg(l.root) as roots, pg_catalog.array_agg(h.inhrelid) as relids
    from rows from (pg_catalog.unnest(t.roots), pg_catalog.unnest(t.relids)) l (root, relid)
    join pg_catalog.pg_inherits h on h.inhparent = l.relid
  ) n
  where n.roots is not null
)
select m.root::text as oid, pg_catalog.sum(pg_catalog.pg_total_relation_size(m.relid))::text as bytes
from (
  select distinct l.root, l.relid
  from tree t
  cross join lateral rows from (pg_catalog.unnest(t.roots), pg_catalog.unnest(t.relids)) l (root, relid)
) m
group by m.root
order by m.root
