-- The loop that every published script is, in whatever language: on one open connection, table by table, ask where the
-- sequence stands, and then for the maximum.
\pset format unaligned
\pset tuples_only on
select format('select last_value, is_called from %s', s.oid::regclass), format('select max(%I) from %s', a.attname, d.refobjid::regclass)
from pg_depend d
join pg_class s on s.oid = d.objid and s.relkind = 'S'
join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
\gexec
