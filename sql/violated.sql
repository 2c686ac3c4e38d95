-- violated: the key of a unique constraint or index, from what an error says of it; without a constraint, the primary key of a table.
-- One row per column of the key; `column` and what follows it are null for an expression. `relations` are the oids of the table and of
-- all that it is a partition or an inheritance child of, `parents` the columns that a foreign key refers to: [oid, schema, table, column].
--
-- Reads the catalogs only, needs no privilege, takes no lock on any table of the user's. PostgreSQL 13 and newer.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.violated      JSON object: schema, table, constraint; null for what the error does not say. loose: true for names whose
--                       upper and lower case may be lost
with recursive
said as (
  select v ->> 'schema' as schema, v ->> 'table' as "table", v ->> 'constraint' as "constraint", coalesce((v ->> 'loose')::boolean, false) as loose
  from (select pg_catalog.current_setting('pgseq.violated')::pg_catalog.jsonb as v) s
),
named as (
  select x.oid from said join pg_catalog.pg_class x on x.relname = said.constraint and x.relkind in ('i', 'I')
  union
  select x.oid from pg_catalog.pg_class x                              -- read only where it is asked for: it is no index scan
  where (select s.loose and s.constraint is not null from said s)
    and pg_catalog.lower(x.relname) = (select pg_catalog.lower(s.constraint) from said s) and x.relkind in ('i', 'I')
  union
  select i.indexrelid
  from said
  join pg_catalog.pg_class t on t.relname = said.table
  join pg_catalog.pg_index i on i.indrelid = t.oid and i.indisprimary
  where said.constraint is null
),
key as materialized (
  select i.indrelid as relid, k.attnum, i.indexrelid, i.indisprimary, k.place, c.relname, c.relkind, n.nspname, x.relname as index_name
  from said
  cross join named
  join pg_catalog.pg_index i on i.indexrelid = named.oid and i.indisunique
  join pg_catalog.pg_class x on x.oid = i.indexrelid
  join pg_catalog.pg_class c on c.oid = i.indrelid and (said.table is null or said.loose or c.relname = said.table)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and (said.schema is null or said.loose or n.nspname = said.schema)
  cross join lateral pg_catalog.unnest((i.indkey::int2[])[0:(i.indnkeyatts - 1)]) with ordinality k (attnum, place)
  where not pg_catalog.pg_is_other_temp_schema(n.oid)
),
above (relid, anc) as (
  select distinct relid, relid from key
  union
  select a.relid, h.inhparent from above a join pg_catalog.pg_inherits h on h.inhrelid = a.anc
)
select k.nspname as schema, k.relname as "table", a.attname as "column",
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
       ) as generated,
       k.index_name, k.indexrelid, k.indisprimary, k.relid, k.relkind,
       (select case when b.typnamespace = 'pg_catalog'::pg_catalog.regnamespace then b.typname end
        from pg_catalog.pg_type b where b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end) as base_type,
       -- it names no column, so pg_get_expr is not told the relation, which it would lock
       coalesce((select pg_catalog.pg_get_expr(d.adbin, 0) from pg_catalog.pg_attrdef d
                 where d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated = ''),
                pg_catalog.pg_get_expr(t.typdefaultbin, 0)) as "default",
       (select pg_catalog.jsonb_agg(distinct pg_catalog.jsonb_build_array(r.oid::text, rn.nspname, r.relname, ra.attname))::text
        from pg_catalog.pg_constraint f
        cross join lateral rows from (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey)) u (own, other)
        join pg_catalog.pg_class r on r.oid = f.confrelid
        join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        join pg_catalog.pg_attribute ra on ra.attrelid = r.oid and ra.attnum = u.other
        where f.contype = 'f' and f.conrelid = a.attrelid and u.own = a.attnum) as parents
from key k
left join pg_catalog.pg_attribute a on a.attrelid = k.relid and a.attnum = k.attnum and k.attnum > 0
left join pg_catalog.pg_type t on t.oid = a.atttypid
order by k.nspname collate "C", k.relname collate "C", k.indexrelid, k.place
