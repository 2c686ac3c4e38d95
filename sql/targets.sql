-- targets: what there is to know of the tables that rows are to be brought into. A table is named by schema and name; without a schema
-- it is looked for along the search_path. One row per table, its parts as JSON; no row for what is not there.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.tables        JSON array of pairs [schema or null, name]
--   pgseq.search_path   JSON array of schemas, in the order in which names are looked up
with asked as (
  select e.ordinality as place, e.value ->> 0 as schema, e.value ->> 1 as name
  from pg_catalog.jsonb_array_elements(pg_catalog.current_setting('pgseq.tables')::pg_catalog.jsonb) with ordinality e
),
path as (
  select p.value as schema, p.ordinality as place
  from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.search_path')::pg_catalog.jsonb) with ordinality p
),
found as (
  select a.place, t.oid
  from asked a
  cross join lateral (
    select c.oid
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join path p on p.schema = n.nspname
    where c.relname = a.name and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (n.nspname = a.schema or (a.schema is null and p.place is not null))
    order by p.place
    limit 1
  ) t
)
select f.place, c.oid, n.nspname as schema, c.relname as name, c.relkind as kind,
       pg_catalog.pg_get_userbyid(c.relowner) as owner,
       pg_catalog.has_schema_privilege(n.oid, 'usage') as schema_usage,
       c.relrowsecurity and (c.relforcerowsecurity or not pg_catalog.pg_has_role(c.relowner, 'usage'))
         and not (select r.rolbypassrls or r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as row_security,
       pg_catalog.has_table_privilege(c.oid, 'truncate') as can_truncate,
       (case when c.relispartition then pg_catalog.pg_partition_root(c.oid) else c.oid end)::pg_catalog.oid as root,
       (select pg_catalog.json_agg(pg_catalog.json_build_object(
          'name', a.attname,
          'type', pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), case when t.typbasetype = 0 then a.atttypmod else t.typtypmod end),
          'base', pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null),
          'generated', a.attgenerated <> '',
          'filled', a.atthasdef or a.attidentity <> '' or not a.attnotnull,
          'insert', pg_catalog.has_column_privilege(c.oid, a.attnum, 'insert'),
          'update', pg_catalog.has_column_privilege(c.oid, a.attnum, 'update'),
          'select', pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')) order by a.attnum)
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select pg_catalog.json_agg(pg_catalog.json_build_object(
          'name', k.conname, 'table', k.confrelid::pg_catalog.text, 'deferrable', k.condeferrable) order by k.conname)
        from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0) as references,
       (select pg_catalog.json_agg(g.tgname order by g.tgname)
        from pg_catalog.pg_trigger g
        where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgtype::pg_catalog.int4 & 4 <> 0) as triggers,
       (select pg_catalog.json_agg(u.columns order by u.first desc, u.columns::text)
        from (
          select i.indisprimary as first,
                 (select pg_catalog.json_agg(a.attname order by k.ordinality)
                  from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality k (attnum, ordinality)
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                  where k.ordinality <= i.indnkeyatts) as columns
          from pg_catalog.pg_index i
          where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        ) u) as keys
from found f
join pg_catalog.pg_class c on c.oid = f.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by f.place
