-- filled: which of some tables are there, how many bytes their rows take, and whether this role may count them.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of [schema, name]
--
-- A table of contents of pg_restore has spaces for line breaks, and does not tell where a schema ends: a name that is not there as it
-- stands is looked for as it would be written there.
--
-- Only what holds rows itself, or by partitions that do: a view runs code of others, and a foreign table asks another server.
with recursive
wanted (place, schema, name) as (
  select e.ordinality, e.value ->> 0, e.value ->> 1
  from pg_catalog.jsonb_array_elements(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) with ordinality e
),
there (oid, kind, namespace, schema, name, written) as (
  select c.oid, c.relkind, n.oid, n.nspname, c.relname,
         pg_catalog.translate(n.nspname || ' ' || c.relname, pg_catalog.chr(10) || pg_catalog.chr(13), '  ')
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
),
found (place, oid, kind, namespace, schema, name) as (
  select distinct on (w.place) w.place, t.oid, t.kind, t.namespace, t.schema, t.name
  from wanted w
  join there t on t.written = pg_catalog.translate(w.schema || ' ' || w.name, pg_catalog.chr(10) || pg_catalog.chr(13), '  ')
  order by w.place, (t.schema = w.schema and t.name = w.name) desc, t.oid
),
tree (place, relid) as (
  select f.place, f.oid from found f where f.kind in ('r', 'p')
  union
  select t.place, h.inhrelid from tree t join pg_catalog.pg_inherits h on h.inhparent = t.relid
)
select w.schema as wanted_schema, w.name as wanted_name, f.schema, f.name, f.oid::text as relation_oid,
       (select pg_catalog.sum(pg_catalog.pg_relation_size(t.relid)) from tree t where t.place = w.place)::pg_catalog.int8 as bytes,
       f.kind in ('r', 'p')
         and pg_catalog.has_schema_privilege(f.namespace, 'usage') and pg_catalog.has_table_privilege(f.oid, 'select')
         and not pg_catalog.row_security_active(f.oid)
         and not exists (
           select from tree t join pg_catalog.pg_class c on c.oid = t.relid where t.place = w.place and c.relkind = 'f'
         ) as countable
from wanted w
left join found f on f.place = w.place
order by w.place
