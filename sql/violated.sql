-- violated: the key of a unique constraint or index, from what an error says of it. One row per column of the key, expressions
-- left out. `relations` are the oids of the table and of all that it is a partition or an inheritance child of.
--
-- Reads the catalogs only, needs no privilege, takes no lock on any table of the user's. PostgreSQL 13 and newer.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.violated      JSON object: schema, table, constraint; null for what the error does not say
with recursive
said as (
  select v ->> 'schema' as schema, v ->> 'table' as "table", v ->> 'constraint' as "constraint"
  from (select pg_catalog.current_setting('pgseq.violated')::pg_catalog.jsonb as v) s
),
key as materialized (
  select i.indrelid as relid, k.attnum, i.indexrelid
  from said
  join pg_catalog.pg_class x on x.relname = said.constraint and x.relkind in ('i', 'I')
  join pg_catalog.pg_index i on i.indexrelid = x.oid and i.indisunique
  join pg_catalog.pg_class c on c.oid = i.indrelid and (said.table is null or c.relname = said.table)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and (said.schema is null or n.nspname = said.schema)
  cross join lateral pg_catalog.unnest((i.indkey::int2[])[0:(i.indnkeyatts - 1)]) k (attnum)
  where k.attnum > 0 and not pg_catalog.pg_is_other_temp_schema(n.oid)
),
above (relid, anc) as (
  select distinct relid, relid from key
  union
  select a.relid, h.inhparent from above a join pg_catalog.pg_inherits h on h.inhrelid = a.anc
)
select n.nspname as schema, c.relname as "table", a.attname as "column",
       (select pg_catalog.jsonb_agg(s.anc::text order by s.anc)::text from above s where s.relid = k.relid) as relations,
       -- a default of its own, of a domain, or of what it inherits from; or a sequence that it owns
       exists (
         select 1
         from above s
         join pg_catalog.pg_attribute p on p.attrelid = s.anc and p.attname = a.attname and not p.attisdropped
         left join pg_catalog.pg_type t on t.oid = p.atttypid and t.typtype = 'd'
         where s.relid = k.relid
           and (p.atthasdef and p.attgenerated = '' or p.attidentity <> '' or t.typdefaultbin is not null
                or exists (select 1 from pg_catalog.pg_depend d
                           where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = p.attrelid
                             and d.refobjsubid = p.attnum and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                             and d.deptype in ('a', 'i')))
       ) as generated
from key k
join pg_catalog.pg_class c on c.oid = k.relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = k.relid and a.attnum = k.attnum
order by n.nspname collate "C", c.relname collate "C", k.indexrelid, k.attnum
