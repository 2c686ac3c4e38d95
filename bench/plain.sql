-- The best plain SQL we know for the question that check answers, for psql in the root of the project: every link that the catalogs know, any numeric
-- type, any direction and step. It still says nothing of first collisions, and one table that is locked or dropped ends it.
\pset format unaligned
\pset tuples_only on
set row_security = off;
set search_path = pg_catalog, pg_temp;
set jit = off;
\set survey `cat sql/survey.sql`
create temp table feeds as :survey;
-- One statement for a hundred columns: position and furthest value from one snapshot, locks given back in between
select format($$select q.seq::regclass, q.col, q.far, q.next, floor((q.far - q.next) / q.step) + 1 as calls
  from (values %s) q (seq, col, far, next, step) where (q.far - q.next) * sign(q.step) >= 0$$,
  string_agg(format('(%s, %L, (select %s(%s)::numeric from %s %I.%I), (select case when is_called then last_value::numeric + %s else last_value end from %I.%I), %s::numeric)',
    sequence_oid, relation_display || '.' || column_display,
    case when seqincrement > 0 then 'max' else 'min' end,
    case when base_type ~ 'int|^bigint' then format('%I', column_name) else format('case when %1$I < %2$L then %1$I end', column_name, 'NaN') end,
    case when relkind = 'r' then 'only' else '' end, relation_schema, relation_name,
    seqincrement, sequence_schema, sequence_name, seqincrement), ', ' order by n))
from (
  select f.*, row_number() over (order by sequence_oid) as n from feeds f
  where sequence_oid is not null and relation_oid is not null and draws and direct and not covered_by_root and relkind in ('r', 'p')
    and base_type ~ '^(smallint|integer|bigint|numeric|real|double precision)' and can_read and can_read_column and not row_security
) f
group by (n - 1) / 100
\gexec
