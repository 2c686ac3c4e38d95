-- unfed: the integer primary keys of ordinary tables that nothing numbers: no default, no identity. One row per key.
--
-- Left out, because their values come from elsewhere by design: keys of several columns, foreign keys (the key of the table
-- above), partitions and inheritance children, generated columns, domains with a default, and tables with a BEFORE INSERT trigger,
-- which may draw from a sequence. Not seen here: what a sequence feeds all the same, owned or linked; survey knows that.
-- Members of extensions, the system's own, temporary tables and schemas without USAGE are left out too.
--
-- What tells for or against a table is looked up by an index for each key alone (offset 0), whatever the planner expects.
select c.oid, n.nspname as schema, c.relname as name, a.attname as column,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || '.' || pg_catalog.quote_ident(a.attname) as display,
       pg_catalog.format_type(a.atttypid, null) as type,
       pg_catalog.has_column_privilege(c.oid, a.attnum, 'select') and not pg_catalog.row_security_active(c.oid) as readable
from pg_catalog.pg_index x
join pg_catalog.pg_class c on c.oid = x.indrelid and c.relkind = 'r' and not c.relispartition and c.relpersistence <> 't'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname not in ('pg_catalog', 'information_schema')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
 and a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
where x.indisprimary and x.indnkeyatts = 1 and not a.atthasdef and a.attidentity = ''
  and pg_catalog.has_schema_privilege(n.oid, 'usage')
  and not exists (select from pg_catalog.pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey) offset 0)
  and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = c.oid offset 0)
  -- tgtype: 1 for each row, 2 before, 4 insert
  and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 7 = 7 offset 0)
  and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
                    and d.deptype = 'e' offset 0)
order by n.nspname collate "C", c.relname collate "C", a.attname collate "C"
