-- What somebody in a hurry writes in psql: integer columns, step 1, upward, sequences that a column owns or a default names.
-- It says nothing of first collisions, and one table that is locked, dropped or secured ends it. As fast as SQL gets.
\pset format unaligned
\pset tuples_only on
set row_security = off;
set search_path = pg_catalog, pg_temp;
set jit = off;
create temp table feeds as
  select d.objid as seq, d.refobjid as rel, d.refobjsubid as att
  from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
  union
  select d.refobjid, ad.adrelid, ad.adnum
  from pg_attrdef ad
  join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = ad.oid and d.refclassid = 'pg_class'::regclass
  join pg_class s on s.oid = d.refobjid and s.relkind = 'S';
-- One statement for a hundred columns: position and maximum from one snapshot, locks given back in between
select format('select q.seq::regclass, q.m, q.at from (values %s) q (seq, m, at) where q.m > q.at',
         string_agg(format('(%s, (select max(%I)::bigint from only %I.%I), (select case when is_called then last_value else last_value - 1 end from %I.%I))',
           f.seq, a.attname, rn.nspname, r.relname, sn.nspname, s.relname), ', ' order by f.n))
from (select *, row_number() over (order by seq) as n from feeds) f
join pg_attribute a on a.attrelid = f.rel and a.attnum = f.att
join pg_class r on r.oid = f.rel and r.relkind in ('r', 'p')
join pg_namespace rn on rn.oid = r.relnamespace
join pg_class s on s.oid = f.seq
join pg_namespace sn on sn.oid = s.relnamespace
group by (f.n - 1) / 100
\gexec
