-- The columns of a table that can be guarded: numbers that a sequence hands out. Not of a partition whose rows count for the
-- sequence of the table above, which guards them; not where the sequence starts again by design, after few
-- values or under no key; and not where clients draw blocks of ids, since nothing tells which ids a block has.
create or replace function pgseq.columns(relation pg_catalog.regclass) returns setof pg_catalog.text language sql stable
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
select a.attname::text
from pg_class r
join pg_namespace n on n.oid = r.relnamespace and n.nspname not in ('pg_catalog', 'information_schema')
join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
cross join lateral (
  with recursive base (oid) as (
    select a.atttypid
    union all
    select y.typbasetype from base b join pg_type y on y.oid = b.oid and y.typtype = 'd')
  select b.oid from base b
  where b.oid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype, 'float8'::regtype)
) y
join pg_sequence s on s.seqrelid = pgseq.feeding_sequence(r.oid, a.attname)
where not (s.seqcycle and (
    div(s.seqmax::numeric - s.seqmin, abs(s.seqincrement)) < 65536
    or not exists (select from pg_index x where x.indrelid = r.oid and x.indisunique and x.indisvalid and x.indpred is null
                     and x.indnkeyatts = 1 and x.indkey[0] = a.attnum)))
  and r.oid = relation and r.relkind in ('r', 'p') and r.relpersistence <> 't'
  and (a.atthasdef or a.attidentity <> '' or abs(s.seqincrement) = 1
       or not exists (select from pg_depend d where d.objid = s.seqrelid and d.refobjid = r.oid and d.deptype = 'a'
                      and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass))
  and not exists (select from pg_partition_ancestors(r.oid) t where t.relid <> r.oid and pgseq.feeding_sequence(t.relid, a.attname) = s.seqrelid)
order by a.attnum
$pgseq$;
