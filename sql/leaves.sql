-- leaves: the partitions below some relations that hold rows, with what reading each costs in locks.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids of partitioned tables
--
-- pg_partition_tree() would lock every partition at once: more than the lock table may hold, and it waits for whoever has one.
-- The recursion goes level by level, in one row for all of a level: why, foreign tells.
with recursive
tree (roots, relids) as (
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
select l.root, l.relid as relation_oid, n.nspname as relation_schema, c.relname as relation_name, c.relkind,
       1 + (select count(*) from pg_catalog.pg_index x where x.indrelid = l.relid) as locks
from tree t
cross join lateral rows from (pg_catalog.unnest(t.roots), pg_catalog.unnest(t.relids)) l (root, relid)
join pg_catalog.pg_class c on c.oid = l.relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind <> 'p'
order by 1, 2
