-- occupied: what a database that is to be restored into holds already, so that nobody restores into the wrong one unasked: its
-- tables, but for those of extensions; whoever else is connected; for each partition the table at its root; and the schemas in
-- which this role, whose name stands beside each, may not create anything.
--
-- The name of another session's user is null where the role may not see it.
select 'table' as kind, n.nspname as schema, c.relname as name, null::text as root_schema, null::text as root_name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp_)'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
  )
union all
select 'session', a.pid::text, a.usename, a.application_name, null
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
  and a.backend_type = 'client backend'
union all
select 'partition', n.nspname, c.relname, rn.nspname, r.relname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class r on r.oid = pg_catalog.pg_partition_root(c.oid)
join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
where c.relispartition and c.relkind in ('r', 'p', 'f')
union all
select 'closed', n.nspname, current_user, null, null
from pg_catalog.pg_namespace n
where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp_)'
  and not pg_catalog.has_schema_privilege(n.oid, 'CREATE')
order by 1, 2, 3
