-- leaves: the partitions below some relations that hold rows, with what reading each costs in locks.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids of partitioned tables
--
-- pg_partition_tree() would lock every partition at once: more than the lock table may hold, and it waits for whoever has one.
with recursive
tree (root, relid) as (
  select e.value::oid, e.value::oid
  from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e
  union
  select t.root, h.inhrelid from tree t join pg_catalog.pg_inherits h on h.inhparent = t.relid
)
select l.root, l.relid as relation_oid, n.nspname as relation_schema, c.relname as relation_name, c.relkind,
       1 + (select count(*) from pg_catalog.pg_index x where x.indrelid = l.relid) as locks
from tree l
join pg_catalog.pg_class c on c.oid = l.relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind <> 'p'
order by 1, 2
