-- readable: every table, partitioned table, view, materialized view and foreign table, with the columns that it stores or shows.
-- One row per (relation, column), in the order of the names and of the columns; a relation without columns has none.
--
-- Reads the catalogs only, needs no privilege.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.search_path   JSON array of schema names: along it bare names are looked up
with
path as materialized (
  select e.value as nspname, e.place
  from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.search_path')::pg_catalog.jsonb)
       with ordinality e (value, place)
),
relation as materialized (
  select c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.reltuples,
         exists (
           select from pg_catalog.pg_depend d
           where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
         ) as extension,
         -- a foreign table, or its server, of neither a superuser nor the one that logged in: it may lead anywhere
         c.relkind = 'f' and exists (
           select
           from pg_catalog.pg_foreign_table f
           join pg_catalog.pg_foreign_server v on v.oid = f.ftserver
           join pg_catalog.pg_roles r on r.oid in (c.relowner, v.srvowner) and not r.rolsuper and r.rolname <> session_user
           where f.ftrelid = c.oid
         ) as stranger,
         not exists (                        -- the first of its name along the path
           select
           from path p
           join pg_catalog.pg_namespace pn on pn.nspname::pg_catalog.text = p.nspname
           join pg_catalog.pg_class o on o.relnamespace = pn.oid and o.relname = c.relname
           where p.place < mine.place
         ) and mine.place is not null as visible
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join path mine on mine.nspname = n.nspname::pg_catalog.text
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'pgseq')
)
select r.oid, r.nspname, r.relname, r.relkind, r.relispartition, r.extension, r.stranger, r.visible,
       case when r.reltuples >= 0 and r.relkind in ('r', 'm') then r.reltuples::pg_catalog.int8 end as estimated_rows,
       a.attname, a.attgenerated <> '' as generated,
       -- alone the primary key, and a whole number
       a.atttypid in ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype)
         and exists (
           select from pg_catalog.pg_index x
           where x.indrelid = r.oid and x.indisprimary and x.indnkeyatts = 1 and x.indkey[0] = a.attnum
         ) as key
from relation r
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
order by r.nspname collate "C", r.relname collate "C", a.attnum
