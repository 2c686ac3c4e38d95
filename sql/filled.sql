-- filled: which of some tables are there, how many bytes their rows take, and whether this role may count them.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of [schema, name]
--
-- A table of contents of pg_restore has spaces for line breaks, and does not tell where a schema ends: a name that is not there as it
-- stands is looked for as it would be written there.
--
-- Only what holds rows itself, or by partitions that do: a view runs code of others, and a foreign table asks another server.
--
-- The recursion goes level by level, in one row for all of a level: why, foreign tells.
with recursive
wanted (place, schema, name) as materialized (
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
found (place, oid, kind, namespace, schema, name) as materialized (
  select distinct on (w.place) w.place, t.oid, t.kind, t.namespace, t.schema, t.name
  from wanted w
  join there t on t.written = pg_catalog.translate(w.schema || ' ' || w.name, pg_catalog.chr(10) || pg_catalog.chr(13), '  ')
  order by w.place, (t.schema = w.schema and t.name = w.name) desc, t.oid
),
tree (places, relids) as (
  select n.places, n.relids
  from (
    select pg_catalog.array_agg(f.place) as places, pg_catalog.array_agg(f.oid) as relids
    from found f where f.kind in ('r', 'p')
  ) n
  where n.places is not null
  union all
  select n.places, n.relids
  from tree t
  cross join lateral (
    select pg_catalog.array_agg(l.place) as places, pg_catalog.array_agg(p.relid) as relids
    from rows from (pg_catalog.unnest(t.places), pg_catalog.unnest(t.relids)) l (place, relid)
    cross join lateral (
      select h.inhrelid as relid from pg_catalog.pg_inherits h
      where h.inhparent = l.relid and (select c.relkind from pg_catalog.pg_class c where c.oid = l.relid) = 'p'
      offset 0
    ) p
  ) n
  where n.places is not null
),
held (place, bytes, locks, far) as materialized (         -- one row for each place, put together once
  select l.place, pg_catalog.sum(x.bytes)::pg_catalog.int8, pg_catalog.sum(x.locks)::pg_catalog.int8, pg_catalog.bool_or(x.kind = 'f')
  from tree t
  cross join lateral rows from (pg_catalog.unnest(t.places), pg_catalog.unnest(t.relids)) l (place, relid)
  cross join lateral (
    select c.relkind as kind, pg_catalog.pg_relation_size(c.oid) as bytes,
           1 + (select pg_catalog.count(*) from pg_catalog.pg_index i where i.indrelid = c.oid) as locks
    from pg_catalog.pg_class c where c.oid = l.relid
    offset 0
  ) x
  group by l.place
)
select w.schema as wanted_schema, w.name as wanted_name, f.schema, f.name, f.oid::text as relation_oid, f.kind,
       h.bytes, h.locks,
       f.kind in ('r', 'p')
         and pg_catalog.has_schema_privilege(f.namespace, 'usage') and pg_catalog.has_table_privilege(f.oid, 'select')
         and not pg_catalog.row_security_active(f.oid) and not h.far as countable
from wanted w
left join found f on f.place = w.place
left join held h on h.place = w.place
order by w.place
