-- survey: every sequence, and every column whose values come from it. One row per (sequence, column); a sequence that
-- feeds no column has one row with null columns; a default that names a sequence which does not exist has a null sequence.
--
-- Reads the catalogs only, needs no privilege, takes no lock on any table or sequence of the user's. PostgreSQL 13 and newer.
--
-- Settings it reads (all optional, set with SET LOCAL):
--   pgseq.search_path   JSON array of schema names: where unqualified names in nextval('name'::text) are looked up
--   pgseq.sequences     JSON array of sequence oids: survey only these; null: all
--   pgseq.links         JSON array of links that the catalogs cannot know, each an array of texts:
--                       [sequence schema, sequence, table schema, table, column, block]; a null schema: along the path
--
-- What the catalogs do not know is not found here: bodies of functions written as strings, triggers that call nextval,
-- sequences that only the application draws from.
with recursive
settings as materialized (
  select coalesce(nullif(pg_catalog.current_setting('pgseq.search_path', true), ''), '[]')::pg_catalog.jsonb as path,
         nullif(nullif(pg_catalog.current_setting('pgseq.sequences', true), ''), 'null')::pg_catalog.jsonb as only_these,
         coalesce(nullif(pg_catalog.current_setting('pgseq.links', true), ''), '[]')::pg_catalog.jsonb as links
),
path as materialized (
  select e.value as nspname, e.place from settings, pg_catalog.jsonb_array_elements_text(path) with ordinality e (value, place)
),
seq as materialized (
  select s.*, c.relname, c.relnamespace, c.relowner
  from pg_catalog.pg_sequence s
  join pg_catalog.pg_class c on c.oid = s.seqrelid
  where not pg_catalog.pg_is_other_temp_schema(c.relnamespace)
    and ((select only_these from settings) is null
         or s.seqrelid in (select e.value::oid from settings, pg_catalog.jsonb_array_elements_text(only_these) e))
),
-- 1. OWNED BY (deptype a) and identity (deptype i). A column that owns a sequence and has no default at all is filled by
-- clients that draw from it; one whose default is something else takes nothing from it
owned as (
  select d.seqoid, d.relid, d.attnum, case d.deptype when 'i' then 'identity' else 'owned' end as how, null::text as expr,
         d.deptype = 'i' or not a.has_default as draws, true as direct, null::text as block
  from (
    select objid as seqoid, refobjid as relid, refobjsubid as attnum, deptype
    from pg_catalog.pg_depend
    where classid = 'pg_catalog.pg_class'::pg_catalog.regclass and refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and objsubid = 0 and refobjsubid > 0 and deptype in ('a', 'i') and objid in (select seqrelid from seq)
    offset 0
  ) d
  cross join lateral (                       -- limit 1: looked up one by one, instead of reading all columns there are
    select c.atthasdef or c.attidentity <> '' or t.typdefaultbin is not null as has_default
    from pg_catalog.pg_attribute c
    left join pg_catalog.pg_type t on t.oid = c.atttypid and t.typtype = 'd'
    where c.attrelid = d.relid and c.attnum = d.attnum
    limit 1
  ) a
),
-- 2. defaults: of the column (not generation expressions), or of its domain where the column has none of its own. They name
-- no column, so pg_get_expr is not told the relation: it would lock it, and wait for whoever holds it
adef as materialized (
  select 'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid as classid, ad.oid as objid, ad.adrelid as relid,
         ad.adnum as attnum, 'default' as how, ad.adbin as bin
  from pg_catalog.pg_attrdef ad
  join pg_catalog.pg_attribute a on a.attrelid = ad.adrelid and a.attnum = ad.adnum
  where a.attgenerated = '' and not a.attisdropped
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass::oid, t.oid, a.attrelid, a.attnum, 'domain_default', t.typdefaultbin
  from pg_catalog.pg_type t
  join pg_catalog.pg_attribute a on a.atttypid = t.oid
  join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'f')
  where t.typtype = 'd' and t.typdefaultbin is not null and t.typnamespace <> 'information_schema'::pg_catalog.regnamespace
    and a.attnum > 0 and not a.attisdropped and not a.atthasdef and a.attidentity = ''
),
-- 2a. nextval('name'::regclass): the default depends on the sequence. 1574 is pg_catalog.nextval on every version
constant as (
  select d.refobjid as seqoid, ad.relid, ad.attnum, ad.how, pg_catalog.pg_get_expr(ad.bin, 0) as expr,
         ad.bin::text like '%_funcid 1574 %' as draws
  from adef ad
  join pg_catalog.pg_depend d on d.classid = ad.classid and d.objid = ad.objid and d.deptype = 'n'
   and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  where d.refobjid in (select seqrelid from seq)
),
-- 2b. a function with an SQL-standard body (14+) depends on the sequence, directly or through other such functions
fn (seqoid, procoid, leaf) as (
  select d.refobjid, d.objid, d.objid
  from pg_catalog.pg_depend d
  where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'n'
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid in (select seqrelid from seq)
  union
  select f.seqoid, d.objid, f.leaf
  from fn f
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = f.procoid
   and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'n'
),
through_function as (
  select f.seqoid, ad.relid, ad.attnum, 'default_func' as how, pg_catalog.pg_get_expr(ad.bin, 0) as expr,
         pg_catalog.pg_get_functiondef(f.leaf) ~ '\mnextval\(' as draws,
         -- the stored value is the drawn one when the default is the bare call, and the body the bare nextval
         f.procoid = f.leaf
           and pg_catalog.pg_get_expr(ad.bin, 0) ~ '^\(*("[^"]+"|[^"().]+)(\.("[^"]+"|[^"().]+))?\(\)\)*(::[a-z ]+\)*)*$'
           and pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(f.leaf), '^.*?\n(BEGIN ATOMIC|RETURN)', '\1')
               ~ '^(BEGIN ATOMIC\s+SELECT|RETURN)\s+\(*nextval\(''([^'']|'''')*''::regclass\)\)*(::[a-z ]+\)*)*(\s+AS\s+("[^"]+"|\w+))?;?\s*(END)?\s*$'
           as direct
  from adef ad
  join pg_catalog.pg_depend d on d.classid = ad.classid and d.objid = ad.objid and d.deptype = 'n'
   and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  join fn f on f.procoid = d.refobjid
),
-- 2c. nextval('name'::text): no dependency, the name is looked up at every insert. Only defaults that call nextval are deparsed
late_text as (
  select ad.relid, ad.attnum, pg_catalog.pg_get_expr(ad.bin, 0) as expr
  from adef ad
  where ad.bin::text like '%_funcid 1574 %'
),
late_name as (
  select t.relid, t.attnum, t.expr,
         pg_catalog.regexp_match(
           -- the literal as written → its value; only E'' literals hold backslashes in what pg_get_expr prints
           case when m[1] like 'E%'
                then replace(replace(pg_catalog.substr(m[1], 3, pg_catalog.length(m[1]) - 3), '''''', ''''), '\\', '\')
                else replace(pg_catalog.substr(m[1], 2, pg_catalog.length(m[1]) - 2), '''''', '''') end,
           '^\s*("(?:[^"]|"")+"|[^".\s]+)(?:\s*\.\s*("(?:[^"]|"")+"|[^".\s]+))?\s*$') as part
  from late_text t
  cross join lateral pg_catalog.regexp_matches(t.expr,
    'nextval\(\(+(E?''(?:[^'']|'''')*'')(?:::(text|character varying|name)(?:\(\d+\))?|\))+::regclass', 'g') m
),
late as (
  select found.oid as seqoid, n.relid, n.attnum, 'default_text' as how, n.expr, true as draws
  from late_name n
  join pg_catalog.pg_class r on r.oid = n.relid
  cross join lateral (
    select case when p like '"%' then replace(pg_catalog.substr(p, 2, pg_catalog.length(p) - 2), '""', '"')
                else pg_catalog.lower(p) end as name, i
    from pg_catalog.unnest(array[coalesce(n.part[2], n.part[1]), case when n.part[2] is not null then n.part[1] end])
         with ordinality u (p, i)
  ) names
  left join lateral (        -- in the schema named, else along the search path, else beside the table
    select c.oid
    from (
      select (select case when n.part[1] like '"%' then replace(pg_catalog.substr(n.part[1], 2, pg_catalog.length(n.part[1]) - 2), '""', '"')
                          else pg_catalog.lower(n.part[1]) end) as nspname, 0 as place
      where n.part[2] is not null
      union all
      select path.nspname, path.place from path where n.part[2] is null
      union all
      select rn.nspname, 1000000 from pg_catalog.pg_namespace rn where n.part[2] is null and rn.oid = r.relnamespace
    ) place
    join pg_catalog.pg_namespace pn on pn.nspname = place.nspname
    join pg_catalog.pg_class c on c.relnamespace = pn.oid and c.relname = names.name and c.relkind = 'S'
    order by place.place limit 1
  ) found on true
  where names.i = 1
    and ((select only_these from settings) is null or found.oid in (select seqrelid from seq))
),
-- 2d. links that were given
given as (
  select s.seqrelid as seqoid, a.attrelid as relid, a.attnum, 'configured' as how, null::text as expr, true as draws,
         true as direct, l.link ->> 5 as block
  from settings
  cross join lateral pg_catalog.jsonb_array_elements(links) l (link)
  join seq s on s.relname = l.link ->> 1
   and s.relnamespace = (select n.oid from pg_catalog.pg_namespace n
                         left join path on path.nspname = n.nspname
                         where case when l.link ->> 0 is null then path.place is not null else n.nspname = l.link ->> 0 end
                           and exists (select 1 from seq o where o.relnamespace = n.oid and o.relname = l.link ->> 1)
                         order by path.place limit 1)
  join lateral (select c.oid from pg_catalog.pg_class c
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                left join path on path.nspname = n.nspname
                where c.relname = l.link ->> 3 and c.relkind in ('r', 'p', 'f', 'v')
                  and case when l.link ->> 2 is null then path.place is not null else n.nspname = l.link ->> 2 end
                order by path.place limit 1) r on true
  join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = l.link ->> 4 and a.attnum > 0 and not a.attisdropped
),
source as (
  select seqoid, relid, attnum, how, expr, draws, direct, block from owned
  union all select seqoid, relid, attnum, how, expr, draws, null, null from constant
  union all select seqoid, relid, attnum, how, expr, draws, direct, null from through_function
  union all select seqoid, relid, attnum, how, expr, draws, null, null from late
  union all select seqoid, relid, attnum, how, expr, draws, direct, block from given
),
feed as materialized (
  select seqoid, relid, attnum, pg_catalog.array_agg(distinct how order by how) as how, max(expr) as expr,
         pg_catalog.bool_or(draws) as draws,
         -- client: no default draws from it, the application does
         pg_catalog.bool_and(how in ('owned', 'configured')) as client, max(block) as block,
         -- direct: the stored value is the drawn value, casts to built-in types aside. Literals, then casts, then
         -- parentheses are taken out of the expression; a bare nextval is what remains
         coalesce(pg_catalog.bool_or(direct) filter (where how in ('default_func', 'configured')), max(expr) is null or
           pg_catalog.translate(pg_catalog.regexp_replace(pg_catalog.regexp_replace(max(expr),
             'E?''(?:[^'']|'''')*''', 'L', 'g'), '::[a-z ]+(\([0-9, -]+\))?', '', 'g'), '()', '') = 'nextvalL') as direct
  from source group by seqoid, relid, attnum
),
-- 3. plain inheritance children whose column has no source of its own: rows may be routed there
child (seqoid, relid, attnum, expr, client, block, direct) as (
  select f.seqoid, a.attrelid, a.attnum, f.expr, f.client, f.block, f.direct
  from pg_catalog.pg_inherits h
  join feed f on f.relid = h.inhparent and f.draws
  join pg_catalog.pg_class c on c.oid = h.inhrelid and not c.relispartition
  join pg_catalog.pg_attribute pa on pa.attrelid = f.relid and pa.attnum = f.attnum
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = pa.attname and a.attinhcount > 0
  where not a.atthasdef and a.attidentity = ''
  union
  select p.seqoid, a.attrelid, a.attnum, p.expr, p.client, p.block, p.direct
  from child p
  join pg_catalog.pg_inherits h on h.inhparent = p.relid
  join pg_catalog.pg_class c on c.oid = h.inhrelid and not c.relispartition
  join pg_catalog.pg_attribute pa on pa.attrelid = p.relid and pa.attnum = p.attnum
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = pa.attname and a.attinhcount > 0
  where not a.atthasdef and a.attidentity = ''
),
fed as materialized (
  select f.*, a.attname, a.atttypid, a.atttypmod
  from (
  select seqoid, relid, attnum, how, expr, draws, client, block, direct from feed
  union all
  select distinct on (seqoid, relid, attnum) seqoid, relid, attnum, array['inherited'], expr, true, client, block, direct
  from child
  where (relid, attnum) not in (select relid, attnum from feed)     -- hashed, whatever the planner expects
  ) f
  cross join lateral (
    select c.attname, c.atttypid, c.atttypmod from pg_catalog.pg_attribute c
    where c.attrelid = f.relid and c.attnum = f.attnum limit 1
  ) a
),
base (typ, base, typmod) as (            -- domain → what it is stored as
  select distinct atttypid, atttypid, atttypmod from fed
  union
  select b.typ, t.typbasetype, t.typtypmod
  from base b join pg_catalog.pg_type t on t.oid = b.base
  where t.typtype = 'd'
),
-- every relation that reading a fed relation opens: itself, and its partitions at every level
tree (root, relid) as (
  select distinct f.relid, f.relid from fed f join pg_catalog.pg_class c on c.oid = f.relid and c.relkind in ('r', 'p', 'f')
  union
  select t.root, h.inhrelid
  from tree t
  join pg_catalog.pg_class p on p.oid = t.relid and p.relkind = 'p'
  join pg_catalog.pg_inherits h on h.inhparent = t.relid
),
cost as (
  select t.root, count(*) + coalesce(sum(x.n), 0) as locks, sum(c.relpages::bigint) as pages,
         -- planning a read evaluates expressions of somebody's: whose, foreign tells
         pg_catalog.bool_or(x.expressions or k.partrelid is not null or t.relid in (select stxrelid from pg_catalog.pg_statistic_ext))
           as expressions,
         pg_catalog.bool_or(c.relkind = 'f' and t.relid <> t.root) as foreign_partition
  from tree t
  join pg_catalog.pg_class c on c.oid = t.relid
  left join (
    select indrelid, count(*) as n, pg_catalog.bool_or(indexprs is not null or indpred is not null) as expressions
    from pg_catalog.pg_index group by indrelid
  ) x on x.indrelid = t.relid
  left join pg_catalog.pg_partitioned_table k on k.partrelid = t.relid and k.partexprs is not null
  group by t.root
)
select
  s.seqrelid as sequence_oid, sn.nspname as sequence_schema, s.relname as sequence_name,
  pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(s.relname) as sequence_display,
  pg_catalog.format_type(s.seqtypid, null) as sequence_type,
  s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  pg_catalog.pg_get_userbyid(s.relowner) as sequence_owner,
  pg_catalog.has_schema_privilege(s.relnamespace, 'usage') as schema_usage,
  pg_catalog.has_sequence_privilege(s.seqrelid, 'select') as can_read,
  pg_catalog.has_sequence_privilege(s.seqrelid, 'usage, update') as can_draw,
  pg_catalog.pg_has_role(s.relowner, 'usage') as can_alter,
  ext.extname as extension,
  exists (select 1 from pg_catalog.pg_subscription_rel p where p.srrelid = s.seqrelid) as subscribed,
  f.relid as relation_oid, rn.nspname as relation_schema, r.relname as relation_name, r.relkind,
  pg_catalog.quote_ident(rn.nspname) || '.' || pg_catalog.quote_ident(r.relname) as relation_display,
  f.attname as column_name, pg_catalog.quote_ident(f.attname) as column_display,
  pg_catalog.format_type(f.atttypid, f.atttypmod) as column_type,
  pg_catalog.format_type(b.base, null) as base_type, b.typmod as base_typmod,
  pg_catalog.array_to_string(f.how, ',') as how, f.expr, f.draws, f.client, f.block, f.direct,
  -- a partitioned ancestor's same-named column draws from the same sequence: reading the ancestor reads this one too
  coalesce(r.relispartition and exists (
    select 1
    from pg_catalog.pg_partition_ancestors(f.relid) p (anc)
    join pg_catalog.pg_attribute pa on pa.attrelid = p.anc and pa.attname = f.attname
    join feed g on g.relid = p.anc and g.attnum = pa.attnum and g.seqoid = f.seqoid
    where p.anc <> f.relid), false) as covered_by_root,
  exists (select 1 from pg_catalog.pg_index x
          join pg_catalog.pg_class xc on xc.oid = x.indexrelid
          join pg_catalog.pg_am am on am.oid = xc.relam and am.amname = 'btree'
          where x.indrelid = f.relid and x.indkey[0] = f.attnum and x.indisvalid and x.indisready and x.indpred is null) as indexed,
  (select case when pg_catalog.bool_or(x.indnkeyatts = 1 and x.indpred is null) then 'yes' when count(*) > 0 then 'part' else 'no' end
   from pg_catalog.pg_index x
   where x.indrelid = f.relid and x.indisunique and x.indisvalid
     and f.attnum = any ((x.indkey::int2[])[0:(x.indnkeyatts - 1)])) as uniqueness,
  case when r.oid is not null then pg_catalog.has_schema_privilege(r.relnamespace, 'usage') end as relation_schema_usage,
  case when r.oid is not null then pg_catalog.has_column_privilege(f.relid, f.attnum::int2, 'select') end as can_read_column,
  case when r.oid is not null then pg_catalog.row_security_active(f.relid) end as row_security,
  coalesce(k.expressions, false) as expressions, coalesce(k.foreign_partition, false) as foreign_partition,
  coalesce(k.locks, 1) as locks, coalesce(k.pages, 0) as pages
from seq s
full join fed f on f.seqoid = s.seqrelid
left join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
left join pg_catalog.pg_class r on r.oid = f.relid
left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
left join lateral (
  select t.base, t.typmod from base t join pg_catalog.pg_type pt on pt.oid = t.base
  where t.typ = f.atttypid and pt.typtype <> 'd' order by t.typmod = f.atttypmod desc limit 1
) b on true
left join cost k on k.root = f.relid
left join lateral (
  select e.extname
  from pg_catalog.pg_depend d
  join pg_catalog.pg_extension e on e.oid = d.refobjid
  where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = s.seqrelid and d.deptype = 'e'
    and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  limit 1
) ext on true
where r.oid is null or not pg_catalog.pg_is_other_temp_schema(r.relnamespace)
order by sn.nspname collate "C", s.relname collate "C", rn.nspname collate "C", r.relname collate "C", f.attnum
