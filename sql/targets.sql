-- targets: all that matters of some tables before rows are loaded into them. Lists are JSON; a list is never null.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--
-- What it cannot know: what triggers and the functions of defaults do.
--
-- The recursions of relatives go level by level, in one row for all of a level: why, foreign tells.
with recursive
asked as materialized (
  select array(
    select distinct e.value::oid
    from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e) as oids
),
wanted as (
  select o.oid from asked a cross join lateral pg_catalog.unnest(a.oids) o (oid)
),
above (oids, relatives) as (                 -- ancestors: a partition's rows feed the sequence of its root
  select a.oids, a.oids from asked a
  union all
  select n.oids, n.relatives
  from above a
  cross join lateral (
    select pg_catalog.array_agg(s.oid) as oids, pg_catalog.array_agg(s.inhparent) as relatives
    from (
      select distinct l.oid, h.inhparent
      from rows from (pg_catalog.unnest(a.oids), pg_catalog.unnest(a.relatives)) l (oid, relative)
      join pg_catalog.pg_inherits h on h.inhrelid = l.relative
    ) s
  ) n
  where n.oids is not null
),
up as materialized (
  select l.oid, l.relative
  from above a
  cross join lateral rows from (pg_catalog.unnest(a.oids), pg_catalog.unnest(a.relatives)) l (oid, relative)
),
below (oids, relatives) as (                 -- partitions: rows are routed into them
  select a.oids, a.oids from asked a
  union all
  select n.oids, n.relatives
  from below b
  cross join lateral (
    select pg_catalog.array_agg(l.oid) as oids, pg_catalog.array_agg(p.relative) as relatives
    from rows from (pg_catalog.unnest(b.oids), pg_catalog.unnest(b.relatives)) l (oid, relative)
    cross join lateral (
      select h.inhrelid as relative from pg_catalog.pg_inherits h
      where h.inhparent = l.relative and (select c.relkind from pg_catalog.pg_class c where c.oid = l.relative) = 'p'
      offset 0
    ) p
  ) n
  where n.oids is not null
),
down as materialized (
  select l.oid, l.relative
  from below b
  cross join lateral rows from (pg_catalog.unnest(b.oids), pg_catalog.unnest(b.relatives)) l (oid, relative)
),
equal as not materialized (                                   -- operators as SQL, with the types to cast to where more may have the name in their schema
  select o.oid, pg_catalog.jsonb_build_object(
           'sql', pg_catalog.concat('operator(', pg_catalog.quote_ident(n.nspname), '.', o.oprname, ')'),
           'left', case when n.nspname <> 'pg_catalog' then pg_catalog.format_type(o.oprleft, null) end,
           'right', case when n.nspname <> 'pg_catalog' then pg_catalog.format_type(o.oprright, null) end) as operator
  from pg_catalog.pg_operator o
  join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
),
types (typed, base, depth) as (              -- domains over domains
  select distinct a.atttypid, a.atttypid, 0
  from wanted w join pg_catalog.pg_attribute a on a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped
  union all
  select t.typed, d.typbasetype, t.depth + 1
  from types t join pg_catalog.pg_type d on d.oid = t.base and d.typtype = 'd'
)
select c.oid, n.nspname as schema, c.relname as name,
       pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname)) as display,
       c.relkind as kind,
       pg_catalog.has_schema_privilege(n.oid, 'usage') as schema_usage,
       pg_catalog.has_table_privilege(c.oid, 'truncate') as can_truncate,
       pg_catalog.has_table_privilege(c.oid, 'select') as can_select,
       pg_catalog.row_security_active(c.oid) as row_security,
       coalesce((
         select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
             'name', a.attname,
             'type', pg_catalog.format_type(b.base, case when b.base = a.atttypid then a.atttypmod end),
             'declared', pg_catalog.format_type(a.atttypid, a.atttypmod),
             'identity', a.attidentity,
             'generated', a.attgenerated <> '',
             'default', case when a.attgenerated = '' then pg_catalog.pg_get_expr(f.adbin, f.adrelid) end,
             'plain', f.adbin is not null and not exists (  -- the default calls nothing but what PostgreSQL brings
               select from pg_catalog.pg_depend p
               where p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and p.objid = f.oid
                 and (p.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
                      or p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and p.refobjid <> c.oid
                      or p.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and p.refobjid <> a.atttypid
                         and (select y.typtype from pg_catalog.pg_type y where y.oid = p.refobjid) in ('d', 'c'))
             ) and not exists (              -- and executes no text, or more
               select from pg_catalog.regexp_matches(f.adbin::pg_catalog.text, 'funcid ([0-9]+)', 'g') m (id)
               join pg_catalog.pg_proc o on o.oid = m.id[1]::oid
               where o.provolatile = 'v' and o.proname not in ('random', 'gen_random_uuid', 'clock_timestamp', 'timeofday')
                  or pg_catalog.strpos(o.proname, '_to_xml') > 0),
             'canInsert', pg_catalog.has_column_privilege(c.oid, a.attnum, 'insert'),
             'canSelect', pg_catalog.has_column_privilege(c.oid, a.attnum, 'select'),
             'canUpdate', pg_catalog.has_column_privilege(c.oid, a.attnum, 'update')
           ) order by a.attnum)
         from pg_catalog.pg_attribute a
         join lateral (select t.base from types t where t.typed = a.atttypid order by t.depth desc limit 1) b on true
         left join pg_catalog.pg_attrdef f on f.adrelid = c.oid and f.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
       coalesce((
         select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('primary', x.indisprimary, 'columns', (
             select pg_catalog.jsonb_agg(a.attname order by k.place)
             from pg_catalog.unnest(x.indkey::pg_catalog.int2[]) with ordinality k (attnum, place)
             join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
             where k.place <= x.indnkeyatts), 'equals', (
             -- the operators that the index compares with, never what the search_path would find
             select pg_catalog.jsonb_agg(e.operator order by k.place)
             from pg_catalog.unnest(x.indclass::pg_catalog.oid[]) with ordinality k (class, place)
             join pg_catalog.pg_opclass l on l.oid = k.class
             join pg_catalog.pg_amop m on m.amopfamily = l.opcfamily and m.amopstrategy = 3
              and m.amoplefttype = l.opcintype and m.amoprighttype = l.opcintype
             join equal e on e.oid = m.amopopr
             where k.place <= x.indnkeyatts)) order by x.indisprimary desc, x.indexrelid)
         from pg_catalog.pg_index x
         where x.indrelid = c.oid and x.indisunique and x.indisvalid and x.indimmediate
           and x.indexprs is null and x.indpred is null), '[]') as uniques,
       coalesce((
         select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
             'name', k.conname, 'schema', s.nspname, 'deferrable', k.condeferrable, 'references', k.confrelid::pg_catalog.text,
             'columns', (select pg_catalog.jsonb_agg(a.attname order by i.place)
                         from pg_catalog.unnest(k.conkey) with ordinality i (attnum, place)
                         join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = i.attnum),
             'equals', (select pg_catalog.jsonb_agg(e.operator order by i.place)
                        from pg_catalog.unnest(k.conpfeqop) with ordinality i (oid, place)
                        join equal e on e.oid = i.oid),
             'keys', (select pg_catalog.jsonb_agg(a.attname order by i.place)
                      from pg_catalog.unnest(k.confkey) with ordinality i (attnum, place)
                      join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = i.attnum),
             'place', (select pg_catalog.jsonb_build_object('schema', rn.nspname, 'name', r.relname, 'as', case r.relkind when 'p' then 'tree' else 'table' end)
                       from pg_catalog.pg_class r join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
                       where r.oid = k.confrelid),
             'relation', (select pg_catalog.concat(pg_catalog.quote_ident(rn.nspname), '.', pg_catalog.quote_ident(r.relname))
                          from pg_catalog.pg_class r join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
                          where r.oid = k.confrelid)) order by k.conname)
         from pg_catalog.pg_constraint k
         join pg_catalog.pg_namespace s on s.oid = k.connamespace
         where k.conrelid = c.oid and k.contype = 'f'), '[]') as foreign_keys,
       coalesce((
         select pg_catalog.jsonb_agg(distinct pg_catalog.jsonb_build_object('oid', k.conrelid::pg_catalog.text, 'display',
             pg_catalog.concat(pg_catalog.quote_ident(rn.nspname), '.', pg_catalog.quote_ident(r.relname))))
         from pg_catalog.pg_constraint k
         join pg_catalog.pg_class r on r.oid = k.conrelid
         join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
         where k.confrelid = c.oid and k.contype = 'f' and not r.relispartition), '[]') as referenced_by,
       coalesce((
         select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', g.tgname, 'type', g.tgtype, 'guard', fn.nspname = 'pgseq',
             'function', pg_catalog.concat(pg_catalog.quote_ident(fn.nspname), '.', pg_catalog.quote_ident(p.proname)))
             order by g.tgname)
         from down d
         join pg_catalog.pg_trigger g on g.tgrelid = d.relative and not g.tgisinternal
         join pg_catalog.pg_proc p on p.oid = g.tgfoid
         join pg_catalog.pg_namespace fn on fn.oid = p.pronamespace
         where d.oid = c.oid
           and g.tgenabled in ('A', case pg_catalog.current_setting('session_replication_role') when 'replica' then 'R' else 'O' end)
           and (d.relative = c.oid or g.tgtype & 1 = 1)
           -- a partition's own; what it has from its root was told there
           and (d.relative = c.oid or not exists (
             select from pg_catalog.pg_trigger o where o.tgrelid = c.oid and o.tgname = g.tgname and o.tgfoid = g.tgfoid))), '[]') as triggers,
       (select pg_catalog.jsonb_agg(distinct r.relative::pg_catalog.text)
        from (select u.oid, u.relative from up u union select d.oid, d.relative from down d) r where r.oid = c.oid) as family
from wanted w
join pg_catalog.pg_class c on c.oid = w.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by c.oid
