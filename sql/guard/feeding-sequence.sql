-- The sequence that a column takes its values from, or null: where there is none, where the stored value is not the drawn one
-- ('INV-' || nextval(…)), and where the owner of the table may not draw from the sequence: who may not, cannot move it by a
-- trigger on a table of theirs either.
--
-- Said to be immutable, though catalogs change: guards ask it with constants, so that the planner asks once and keeps the
-- answer. Their plans name the table and the sequence, and PostgreSQL plans anew when either is altered, renamed or dropped.
create or replace function pgseq.feeding_sequence(relation pg_catalog.regclass, column_name pg_catalog.text)
returns pg_catalog.regclass language plpgsql immutable strict
set search_path = pg_catalog, pg_temp set quote_all_identifiers = off set standard_conforming_strings = on
as $pgseq$
-- version: 3
begin
  return (
with recursive tree (relid, depth) as (
  select relation::oid, 0
  union all
  -- a column that is filled from nowhere of its own holds what rows of its parents held, or hold
  select h.inhparent, t.depth + 1
  from tree t
  join pg_attribute a on a.attrelid = t.relid and a.attname = column_name and not a.atthasdef and a.attidentity = ''
  join pg_inherits h on h.inhrelid = t.relid
),
col as (
  select t.depth, t.relid, a.attnum, d.classid, d.objid, d.bin, a.attidentity <> '' or d.bin is not null as filled
  from tree t
  join pg_attribute a on a.attrelid = t.relid and a.attname = column_name and a.attgenerated = ''
  join pg_type y on y.oid = a.atttypid
  left join lateral (
    select 'pg_attrdef'::regclass::oid, ad.oid, ad.adbin from pg_attrdef ad where ad.adrelid = a.attrelid and ad.adnum = a.attnum
    union all
    select 'pg_type'::regclass, y.oid, y.typdefaultbin
    where y.typtype = 'd' and y.typdefaultbin is not null and not a.atthasdef and a.attidentity = ''
  ) d (classid, objid, bin) on true
),
default_of as (
  select c.*, n.nspname, e.expr,
         translate(regexp_replace(regexp_replace(e.expr, 'E{0,1}''([^'']|'''')*''', 'L', 'g'), '::[a-z ]+(\([0-9, -]+\)){0,1}', '', 'g'), '()', '') as bare
  from col c
  join pg_class r on r.oid = c.relid
  join pg_namespace n on n.oid = r.relnamespace
  cross join lateral (select pg_get_expr(c.bin, 0)) e (expr)
  where c.bin is not null
),
found (depth, seqoid) as (
  select c.depth, d.objid                         -- identity, or owned and drawn from by clients
  from col c
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = c.relid and d.refobjsubid = c.attnum
   and d.classid = 'pg_class'::regclass and d.objsubid = 0 and (d.deptype = 'i' or d.deptype = 'a' and not c.filled)
  union all
  select e.depth, d.refobjid                      -- nextval('name'::regclass)
  from default_of e
  join pg_depend d on d.classid = e.classid and d.objid = e.objid and d.deptype = 'n' and d.refclassid = 'pg_class'::regclass
  where e.bare = 'nextvalL' and e.bin::text like '%_funcid 1574 %'
  union all
  select e.depth, coalesce(to_regclass(m.name), to_regclass(quote_ident(e.nspname) || '.' || m.name))::oid   -- nextval('name'::text)
  from default_of e
  cross join lateral (
    select replace((regexp_match(e.expr, '^nextval\(\(+''(([^'']|'''')*)''::(text|character varying|name)'))[1], '''''', '''')
  ) m (name)
  where e.bare = 'nextvalL' and m.name is not null
  union all
  select e.depth, s.refobjid                      -- a function whose body is the bare nextval
  from default_of e
  join pg_depend d on d.classid = e.classid and d.objid = e.objid and d.deptype = 'n' and d.refclassid = 'pg_proc'::regclass
  join pg_depend s on s.classid = 'pg_proc'::regclass and s.objid = d.refobjid and s.deptype = 'n' and s.refclassid = 'pg_class'::regclass
  where e.expr ~ '^\(*("[^"]+"|[^"().]+)(\.("[^"]+"|[^"().]+)){0,1}\(\)\)*(::[a-z ]+\)*)*$'
    and regexp_replace(pg_get_functiondef(d.refobjid), '^.*' || chr(63) || '\n(BEGIN ATOMIC|RETURN)', '\1')
        ~ '^(BEGIN ATOMIC\s+SELECT|RETURN)\s+\(*nextval\(''([^'']|'''')*''::regclass\)\)*(::[a-z ]+\)*)*(\s+AS\s+("[^"]+"|\w+)){0,1};{0,1}\s*(END){0,1}\s*$'
)
select f.seqoid::regclass
from found f
join pg_sequence q on q.seqrelid = f.seqoid
join pg_class r on r.oid = relation
where has_sequence_privilege(r.relowner, f.seqoid, 'usage, update')
order by f.depth, f.seqoid
limit 1);
end
$pgseq$;
