-- leaves: the partitions below some relations that hold rows, with what reading each costs in locks.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids of partitioned tables
select e.value as root, l.relid as relation_oid, n.nspname as relation_schema, c.relname as relation_name, c.relkind,
       1 + (select count(*) from pg_catalog.pg_index x where x.indrelid = l.relid) as locks
from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e
cross join lateral pg_catalog.pg_partition_tree(e.value::oid) l
join pg_catalog.pg_class c on c.oid = l.relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where l.isleaf and c.relkind <> 'p'
order by 1, 2
