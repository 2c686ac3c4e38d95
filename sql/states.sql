-- states: the state of every sequence, judged by PostgreSQL itself: what `pgseq check` says, as one statement that reads and
-- changes nothing, for whoever has only psql. One row per sequence.
--
-- It needs no more rights than the sequences and columns that it may read, takes no lock but that of a read, makes no objects,
-- and works on a standby. Each table is read by a query of its own, which query_to_xml runs: that one runs text, returns a value,
-- and may be called by everybody; all of them see the one snapshot of this statement, which is older than every position read.
-- A read that fails ends the statement: a table that is locked for 2 s, one dropped meanwhile. What has the name of another
-- relation by the time it is read is not read: a view put there would have its owner's code run. That nothing of strangers is
-- run by planning a read is known as of the statement's begin: an index that a table's owner adds meanwhile is not noticed.
--
-- Variables of psql: survey, foreign (the texts of those files), read_foreign, trust_owners
-- (true or false), max_jump (percent), scope (a condition on the rows of family, here s: which sequences).
--
-- Settings it reads: those of survey. It is meant to run under the hardened search_path, with row_security and constraint_exclusion off.
-- Turned values (up_…) count upward whatever the increment's sign.
with
surveyed as materialized (:survey),
strange as materialized (                    -- relations that cannot be read without running code of strangers
  select f.root
  from (
    select pg_catalog.set_config('pgseq.relations', coalesce((
      select pg_catalog.json_agg(distinct s.relation_oid::pg_catalog.text)::pg_catalog.text from surveyed s where s.expressions), '[]'), true) as ready
    offset 0
  ) asked
  cross join lateral (select f.root from (:foreign) f where asked.ready is not null and f.what = 'code' offset 0) f
),
distributed as materialized (                -- tables that Citus spreads over nodes
  select m.oid[1]::oid as oid
  from pg_catalog.regexp_matches(
    case when pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is not null
         then pg_catalog.query_to_xml('select logicalrelid::pg_catalog.oid as v from pg_catalog.pg_dist_partition', true, true, '')::pg_catalog.text
         else '' end, '<v>(\d+)</v>', 'g') m (oid)
),
typed as (
  select s.*, pg_catalog.abs(s.seqincrement::pg_catalog.numeric) as step, pg_catalog.sign(s.seqincrement::pg_catalog.numeric) as turn,
         case s.relkind when 'p' then 'partitioned' when 'v' then 'view' when 'm' then 'view' when 'f' then 'foreign' else 'table' end as kind,
         s.base_type in ('smallint', 'integer', 'bigint') as whole,
         -- what fits the type: a float4 counts exactly to 2^24, a float8 to 2^53, a numeric to its precision less its scale
         case s.base_type when 'smallint' then 32767 when 'integer' then 2147483647 when 'bigint' then 9223372036854775807
           when 'real' then 16777216 when 'double precision' then 9007199254740992
           when 'numeric' then case when s.base_typmod < 0 then 100000000000000000000
             when (((s.base_typmod - 4) & 2047) # 1024) - 1024 >= 0
             then pg_catalog.trunc(pg_catalog.power(10::pg_catalog.numeric, least(20, greatest(0,
                    (((s.base_typmod - 4) >> 16) & 65535) - ((((s.base_typmod - 4) & 2047) # 1024) - 1024))))) - 1 end
         end::pg_catalog.numeric as highest
  from surveyed s
  where s.sequence_oid is not null and s.can_read is not null
),
fed as materialized (                        -- the columns that count, each with what is known before it is read
  select t.*, pg_catalog.row_number() over (
           partition by t.sequence_oid order by t.relation_schema collate "C", t.relation_name collate "C", t.relation_oid) as place,
         - t.highest - case when t.whole then 1 else 0 end as lowest,
         -- starts again by design: after few values, or under no key
         case when t.seqcycle and (pg_catalog.div(t.seqmax::pg_catalog.numeric - t.seqmin, t.step) < 65536
                or pg_catalog.bool_and(t.uniqueness is distinct from 'yes') over (partition by t.sequence_oid)) then 'cycles'
              when t.kind = 'view' then 'view' when t.direct is not true then 'expression'
              when t.base_type in ('text', 'character varying', 'character', 'name', '"char"') then 'text-column'
              when t.highest is null then 'column-type'
              when t.relation_oid in (select d.oid from distributed d) then 'citus'
              when t.kind = 'foreign' and not :read_foreign then 'foreign-table' end as incomparable,
         case when t.can_read_column is not true or t.relation_schema_usage is not true then 'permission'
              when t.row_security then 'row-security'
              when t.foreign_partition and not :read_foreign then 'foreign'
              when not :trust_owners and t.relation_oid in (select x.root from strange x) then 'foreign-code'
              when pg_catalog.pg_is_in_recovery()
               and (select c.relpersistence from pg_catalog.pg_class c where c.oid = t.relation_oid) = 'u' then 'unlogged' end as unreadable,
         -- the ids that a drawn value stands for, as distances from it, turned; null where nobody said which block
         case when t.block = 'below' then 1 - t.step
              when t.block = 'above' or t.block = 'single' or not t.client or t.step = 1 then 0 end as block_from,
         case when t.block = 'above' then t.step - 1
              when t.block = 'below' or t.block = 'single' or not t.client or t.step = 1 then 0 end as block_to
  from typed t
  where t.relation_oid is not null and t.can_read_column is not null and t.draws and not t.covered_by_root
),
family as materialized (                     -- one row per sequence
  select s.*,
         (select pg_catalog.string_agg(f.relation_display || '.' || f.column_display, ', ' order by f.place, f.column_name)
          from fed f where f.sequence_oid = s.sequence_oid) as columns,
         (select pg_catalog.json_agg(distinct f.relation_oid::pg_catalog.text) from fed f
          where f.sequence_oid = s.sequence_oid and f.kind in ('table', 'partitioned')) as relations,
         (select i.relation_display || '.' || i.column_display from typed i
          where i.sequence_oid = s.sequence_oid and not i.draws and 'owned' = any (pg_catalog.string_to_array(i.how, ',')) limit 1) as idle_owner,
         -- first it is locked, as reading locks it: what nothing refers to is looked up and never planned, be it a view by now
         case when s.can_read and s.schema_usage
               and pg_catalog.query_to_xml(pg_catalog.format('with held as (select from only %s) select 1 as v', s.sequence_display), true, true, '') is not null
              then case when pg_catalog.to_regclass(s.sequence_display) = s.sequence_oid then pg_catalog.query_to_xml(pg_catalog.format(
                'select pg_catalog.concat_ws('' '', s.last_value, s.is_called, s.tableoid) as v from %s s', s.sequence_display), true, true, '')::pg_catalog.text
              end end as answer
  from (
    select distinct on (t.sequence_oid) t.sequence_oid, t.sequence_schema, t.sequence_name, t.sequence_display, t.seqincrement, t.seqmin,
           t.seqmax, t.seqcache, t.seqcycle, t.schema_usage, t.can_read, t.can_draw, t.can_alter, t.extension, t.step, t.turn
    from typed t
    order by t.sequence_oid
    offset 0
  ) s
  where :scope
),
placed as materialized (
  select y.*, y.turn * y.next as up_next,
         case when y.turn > 0 then y.low else - y.high end as up_from, case when y.turn > 0 then y.high else - y.low end as up_to
  from (
    select f.*, p.last_value, p.is_called, p.is_it,
           case when not p.is_called then p.last_value
                when f.turn > 0 and p.last_value + f.seqincrement <= f.seqmax or f.turn < 0 and p.last_value + f.seqincrement >= f.seqmin
                then p.last_value + f.seqincrement
                when f.seqcycle then case when f.turn > 0 then f.seqmin else f.seqmax end end as next,
           greatest(f.seqmin, b.low) as low, least(f.seqmax, b.high) as high
    from family f
    left join lateral (
      select m[1]::pg_catalog.numeric as last_value, m[2] = 't' as is_called, m[3]::oid = f.sequence_oid as is_it
      from pg_catalog.regexp_match(f.answer, '<v>(-?\d+) ([tf]) (\d+)</v>') m
    ) p on true
    cross join lateral (
      select max(c.lowest) as low, min(c.highest) as high from fed c
      where c.sequence_oid = f.sequence_oid and c.kind <> 'view' and c.incomparable is distinct from 'expression'
    ) b
  ) y
),
reading as materialized (                    -- how far each column reaches
  select f.sequence_oid, f.place, f.column_name, f.incomparable, coalesce(f.unreadable, case when not h.same then 'changing' end) as unreadable,
         f.block_from, f.block_to, f.highest, p.step, p.turn, p.next, p.up_next, p.up_to, w.*,
         -- ids are whole numbers: 10.7 is no obstacle for 11; a float8 goes through int8, since numeric would keep 15 of its digits
         case when h.same then nullif(pg_catalog.substring(pg_catalog.query_to_xml(pg_catalog.format(
             'select %s as v from (select pg_catalog.%s(%s) as v from %s%s) q', w.as_text, w.far, w.quoted, w.relation,
             case when w.finite <> '' then ' where ' || w.finite else '' end), true, true, '')::pg_catalog.text, '<v>([^<]*)</v>'), '')::pg_catalog.numeric
         end as furthest
  from fed f
  join placed p on p.sequence_oid = f.sequence_oid
  cross join lateral (                       -- locked first, as above; what was an empty table may be a view by now, and has no file then
    select case when p.is_it and f.incomparable is null and f.unreadable is null
                 and pg_catalog.query_to_xml(pg_catalog.format('with held as (select from only %s) select 1 as v', f.relation_display), true, true, '') is not null
           then case when pg_catalog.to_regclass(f.relation_display) = f.relation_oid
                then f.kind <> 'table' or pg_catalog.pg_relation_filenode(f.relation_oid) is not null else false end end as same
    offset 0
  ) h
  cross join lateral (
    select pg_catalog.quote_ident(f.column_name) as quoted, 
           case f.kind when 'partitioned' then '' else 'only ' end || f.relation_display || ' as stored' as relation,
           case when p.turn > 0 then 'max' else 'min' end as far, case when p.turn > 0 then 'min' else 'max' end as near,
           case when p.turn > 0 then '>=' else '<=' end as towards, case when p.turn > 0 then '<=' else '>=' end as away,
           case when p.turn > 0 then 'floor' else 'ceil' end as rounded,
           case when f.whole then 'int8' when f.base_type = 'numeric' then 'numeric' else 'float8' end as number
  ) w0
  cross join lateral (
    select w0.*,
           case w0.number when 'int8' then 'q.v' when 'numeric' then pg_catalog.format('pg_catalog.%s(q.v)', w0.rounded)
             else pg_catalog.format('case when pg_catalog.abs(q.v) < ''9e18''::pg_catalog.float8 then pg_catalog.%1$s(q.v)::pg_catalog.int8::pg_catalog.numeric else pg_catalog.%1$s(q.v)::pg_catalog.numeric end', w0.rounded)
           end as as_text,
           -- NaN sorts above everything; numeric has infinities since 14
           case when w0.number = 'int8' then ''
                when w0.number = 'numeric' and pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 140000
                then pg_catalog.format('%s < ''NaN''::pg_catalog.numeric', w0.quoted)
                else pg_catalog.format('%1$s < ''Infinity''::pg_catalog.%2$s and %1$s > ''-Infinity''::pg_catalog.%2$s', w0.quoted, w0.number)
           end as finite,
           case when w0.number = 'int8' then '' else pg_catalog.format(' and %1$s = pg_catalog.trunc(%1$s)', w0.quoted) end as integral,
           case w0.number when 'float8' then pg_catalog.format('%s::pg_catalog.int8::pg_catalog.numeric', w0.quoted)
             else pg_catalog.format('%s::pg_catalog.numeric', w0.quoted) end as exact
  ) w
),
probed as materialized (                     -- which stored values each sequence will run into: the first, and the last
  select r.*, b.block_from as from_here, b.block_to as to_here, a.answer[1]::pg_catalog.numeric as first, a.answer[2]::pg_catalog.numeric as last
  from reading r
  cross join lateral (                       -- where nobody said which block, both kinds are asked for, and must agree
    select r.block_from, r.block_to where r.block_from is not null
    union all select 1 - r.step, 0 where r.block_from is null
    union all select 0, r.step - 1 where r.block_from is null
  ) b
  cross join lateral (                       -- the last value that can be drawn need not be the end of the range
    select pg_catalog.format('%1$s %2$s %3$s::pg_catalog.int8::pg_catalog.%4$s and %1$s %5$s %6$s::pg_catalog.int8::pg_catalog.%4$s%7$s',
             r.quoted, r.towards, pg_catalog.quote_literal(least(greatest(r.turn * (r.up_next + b.block_from), -9223372036854775808), 9223372036854775807)::pg_catalog.text), r.number,
             r.away, pg_catalog.quote_literal(least(greatest(r.turn * (r.up_next + pg_catalog.div(r.up_to - r.up_next, r.step) * r.step + b.block_to), -9223372036854775808), 9223372036854775807)::pg_catalog.text), r.integral) as bounds
  ) n
  cross join lateral (
    select n.bounds || case when r.step > 1 and b.block_from = 0 and b.block_to = 0
             then pg_catalog.format(' and case when %s then (%s - %s::pg_catalog.numeric) %% %s = 0 end', n.bounds, r.exact, pg_catalog.quote_literal(r.next::pg_catalog.text), r.step)
             else '' end as counts
  ) c
  left join lateral (
    select pg_catalog.regexp_match(pg_catalog.query_to_xml(pg_catalog.format(
             'select pg_catalog.concat((select %1$s from (select pg_catalog.%2$s(%3$s) as v from %4$s where %5$s) q), '' '', (select %1$s from (select pg_catalog.%6$s(%3$s) as v from %4$s where %5$s) q)) as v',
             r.as_text, r.near, r.quoted, r.relation, c.counts, r.far), true, true, '')::pg_catalog.text, '<v>(-?\d+) (-?\d+)</v>') as answer
    where r.turn * r.furthest >= r.up_next + coalesce(r.block_from, 1 - r.step)
  ) a on true
),
hit as (
  select h.sequence_oid, h.turn * h.first as up_first, greatest(0, pg_catalog.ceil((h.turn * h.first - coalesce(h.block_to, 0) - h.up_next) / h.step)) as after,
         h.turn * h.last - coalesce(h.block_from, 1 - h.step) as beyond
  from (
    select p.*, pg_catalog.count(p.last) over (partition by p.sequence_oid, p.place, p.column_name)
           = pg_catalog.count(*) over (partition by p.sequence_oid, p.place, p.column_name) as agreed,
           pg_catalog.row_number() over (partition by p.sequence_oid, p.place, p.column_name order by p.from_here) as probe
    from probed p
  ) h
  where h.agreed and h.probe = 1
),
reached as materialized (
  select p.*, r.up_furthest, r.comparable, r.columns_fed, r.first_incomparable, r.unread, h.beyond, h.after, h.up_first,
         case when t.up_target between p.up_from and p.up_to then t.up_target end as up_target
  from placed p
  cross join lateral (
    select max(f.turn * f.furthest) as up_furthest, pg_catalog.count(*) as columns_fed,
           pg_catalog.count(*) filter (where f.incomparable is null) as comparable,
           (pg_catalog.array_agg(f.incomparable order by f.place, f.column_name))[1] as first_incomparable,
           (pg_catalog.array_agg(f.unreadable order by f.place, f.column_name) filter (where f.incomparable is null and f.unreadable is not null))[1] as unread
    from reading f where f.sequence_oid = p.sequence_oid
  ) r
  cross join lateral (
    select max(x.beyond) as beyond, min(x.after) as after, (pg_catalog.array_agg(x.up_first order by x.after, x.up_first))[1] as up_first
    from hit x where x.sequence_oid = p.sequence_oid
  ) h
  cross join lateral (
    select case when h.beyond < p.up_next then p.up_next
                else p.up_next + (pg_catalog.div(h.beyond - p.up_next, p.step) + 1) * p.step end as up_target
  ) t
),
judged as materialized (
  select j.*,
         case when j.state = 'behind' and j.up_target is not null then j.up_target end as goal,
         case when j.state = 'behind' and j.up_target is not null and :max_jump < 100
               and (j.up_next < 9007199254740992 and j.up_target >= 9007199254740992
                    or (j.up_target - j.up_next) / j.step * 100 > :max_jump * (pg_catalog.div(j.up_to - j.up_next, j.step) + 1))
              then j.up_next + pg_catalog.div(j.up_target - j.up_next, 2) end as half
  from (
    select s.*,
           case when s.is_it is not true then 'unknown' when s.columns_fed = 0 and s.idle_owner is not null then 'unlinked'
                when s.next is null or s.up_next < s.up_from or s.up_next > s.up_to then 'exhausted'
                when s.columns_fed = 0 then 'unlinked' when s.comparable = 0 then 'incomparable' when s.beyond is not null then 'behind'
                when s.unread is not null then 'unknown' when s.up_furthest is null then 'empty' else 'ok' end as state
    from reached s
  ) j
),
lone as (                                    -- a long way on behalf of a few lone ids: their number
  select j.sequence_oid, pg_catalog.sum(c.found) as found
  from judged j
  join reading r on r.sequence_oid = j.sequence_oid
  cross join lateral (
    select coalesce(pg_catalog.substring(pg_catalog.query_to_xml(pg_catalog.format(
             'select pg_catalog.count(*) as v from (select from %1$s where %2$s >= %3$s::pg_catalog.int8::pg_catalog.%4$s and %2$s <= %5$s::pg_catalog.int8::pg_catalog.%4$s%6$s%7$s limit 11) q',
             r.relation, r.quoted, pg_catalog.quote_literal(e.low::pg_catalog.text), r.number, pg_catalog.quote_literal(e.high::pg_catalog.text), r.integral,
             case when r.step > 1 and r.block_from = 0 and r.block_to = 0
                  then pg_catalog.format(' and case when %1$s >= %2$s::pg_catalog.int8::pg_catalog.%3$s and %1$s <= %4$s::pg_catalog.int8::pg_catalog.%3$s%5$s then (%6$s - %7$s::pg_catalog.numeric) %% %8$s = 0 end',
                    r.quoted, pg_catalog.quote_literal(e.low::pg_catalog.text), r.number, pg_catalog.quote_literal(e.high::pg_catalog.text), r.integral, r.exact,
                    pg_catalog.quote_literal(r.next::pg_catalog.text), r.step)
                  else '' end), true, true, '')::pg_catalog.text, '<v>(\d+)</v>')::pg_catalog.int8, 0) as found
    from (
      select case when j.turn > 0 then greatest(j.half + b.block_from, -9223372036854775808) else 1 - j.goal - b.block_from end as low,
             case when j.turn > 0 then j.goal - 1 + b.block_from else least(- j.half - b.block_from, 9223372036854775807) end as high
      from (select coalesce(r.block_from, 1 - r.step) as block_from) b    -- a block may begin before its value
    ) e
  ) c
  where j.half is not null and r.incomparable is null and r.unreadable is null
  group by j.sequence_oid
)
select j.sequence_display as sequence, j.state,
       case when not (j.can_read and j.schema_usage) then 'permission' when j.is_it is not true then 'changing'
            when l.found <= 10 then 'outlier'
            when j.state = 'unlinked' and j.idle_owner is not null then 'owner-has-other-default'
            when j.state = 'exhausted' then case when j.next is null then 'limit' else 'column-type' end
            when j.state = 'incomparable' then j.first_incomparable
            when j.state = 'behind' and j.goal is null then 'no-target'
            when j.state in ('behind', 'unknown') then j.unread end as reason,
       j.next, j.turn * j.up_furthest as furthest, case when j.state = 'behind' then j.turn * j.up_first end as collision,
       case when j.state = 'behind' then j.after end as after, j.turn * j.goal as target,
       pg_catalog.div(j.goal - j.up_next, j.step) as behind_by,
       case when j.state = 'exhausted' then 0 when j.is_it then greatest(0, pg_catalog.div(j.up_to - coalesce(j.goal, j.up_next), j.step) + 1) end as remaining,
       j.columns, j.relations, j.sequence_oid, j.sequence_schema, j.sequence_name, j.seqincrement, j.seqmin, j.seqmax, j.seqcache, j.seqcycle,
       j.can_draw, j.can_alter,
       -- nothing else stands ahead of it than ids that are no reason to move it: see lone.ts
       coalesce(l.found between 1 and 10 and j.unread is null and j.up_next + j.after * j.step >= j.half, false) as lone
from judged j
left join lone l on l.sequence_oid = j.sequence_oid
order by j.sequence_schema collate "C", j.sequence_name collate "C"
