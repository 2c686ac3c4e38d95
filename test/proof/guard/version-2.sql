-- What version 2 kept in a database, as it made it.

-- The one schema that pgseq makes in a database. Trigger functions are called without it; what they call is looked up in it
-- by whoever owns them, so everybody may use it. There is nothing in it that gives anybody a right.
--
-- So whoever may make functions in it acts with the rights of all of them. Where that is somebody whom this role need not trust,
-- who made the schema before or was let in since, nothing is made: unless "set pgseq.trust_owners = on" says that it may be.
create schema if not exists pgseq;
do $pgseq$
declare
  stranger pg_catalog.name;
  may pg_catalog.text;
begin
  select r.rolname, s.may into stranger, may
  from (
    select n.nspowner, 'owns the schema' from pg_catalog.pg_namespace n where n.nspname operator(pg_catalog.=) 'pgseq'
    union all
    select a.grantee, 'may create in it'
    from pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
    where n.nspname operator(pg_catalog.=) 'pgseq' and a.privilege_type operator(pg_catalog.=) 'CREATE'
    union all
    -- a guard belongs to the owner of its table, who can replace nothing here
    select p.proowner, 'owns a function in it'
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
    where n.nspname operator(pg_catalog.=) 'pgseq' and p.prorettype operator(pg_catalog.<>) 'pg_catalog.trigger'::pg_catalog.regtype
  ) s (role, may)
  join pg_catalog.pg_roles me on me.rolname operator(pg_catalog.=) current_user
  left join pg_catalog.pg_roles r on r.oid operator(pg_catalog.=) s.role
  -- a superuser has the rights of every role, and need trust none
  where (r.rolname operator(pg_catalog.<>) current_user) is not false and r.rolsuper is not true and (me.rolsuper or r.oid is null or not pg_catalog.pg_has_role(r.oid, 'usage'))
  limit 1;
  if may is not null and coalesce(pg_catalog.current_setting('pgseq.trust_owners', true), '') operator(pg_catalog.<>) 'on' then
    raise exception using errcode = 'SQ003',
      message = pg_catalog.format('schema pgseq: %s %s, and could act through it with the rights of every guard', coalesce(stranger, 'everybody'), may),
      hint = 'Look at what is in it, and drop it or change its owner; or, if that role is trusted with all guarded tables: set pgseq.trust_owners = on';
  end if;
end
$pgseq$;
grant usage on schema pgseq to public;

-- The sequence that a column takes its values from, or null: where there is none, where the stored value is not the drawn one
-- ('INV-' || nextval(…)), and where the owner of the table may not draw from the sequence: who may not, cannot move it by a
-- trigger on a table of theirs either.
--
-- Said to be immutable, though catalogs change: guards ask it with constants, so that the planner asks once and keeps the
-- answer. Their plans name the table and the sequence, and PostgreSQL plans anew when either is altered, renamed or dropped.
create or replace function pgseq.source(relation pg_catalog.regclass, column_name pg_catalog.text)
returns pg_catalog.regclass language plpgsql immutable strict
set search_path = pg_catalog, pg_temp set quote_all_identifiers = off set standard_conforming_strings = on
as $pgseq$
-- version: 2
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

-- What a guard has to know of its sequence before it may be moved. One row: the sequence, or null where there is nothing to
-- guard (it is told why, once a session); its step; the furthest stored value that it can be moved beyond, within its bounds
-- and the column's type; and, where the way from its next value to top is a long one, where the last half of that begins. A
-- long way would use up more than max_jump percent of what remains, or lead from below 2^53 to beyond it.
--
-- later: the way is more than a few steps, and whoever stores the row may not set the sequence: they have the right to insert,
-- and a row that they roll back shall take nothing with it. reach: how far such a role takes it, whatever it does: over the
-- first half of the sequence, or of what lies below 2^53. near: the last value from which the way to top is one of a few steps.
--
-- max_jump: null for what was looked at before, and waits for the end of its transaction: how far it goes, and pauses, were told
-- then. relation: the table that the trigger stands on. named: the table that the guard was made for, as it was called then.
-- tree: that table has partitions, and their triggers are the guard's too. known: the sequence, where the guard has proved just
-- now that it is still that of the column.
do $pgseq$
begin
  -- That of version 1 told less, and what a function returns cannot be replaced. Its guards can do with this one
  if exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
             where n.nspname operator(pg_catalog.=) 'pgseq' and p.proname operator(pg_catalog.=) 'watch'
               and not coalesce('later' operator(pg_catalog.=) any (p.proargnames), false))
  then
    drop function pgseq.watch(pg_catalog.regclass, pg_catalog.text, pg_catalog.bool, pg_catalog.text, pg_catalog.regclass, pg_catalog.numeric, pg_catalog.numeric);
  end if;
end
$pgseq$;
create or replace function pgseq.watch(relation pg_catalog.regclass, named pg_catalog.text, tree pg_catalog.bool,
  column_name pg_catalog.text, known pg_catalog.regclass, top pg_catalog.numeric, max_jump pg_catalog.numeric,
  out sequence pg_catalog.regclass, out step pg_catalog.int8, out bound pg_catalog.numeric, out half pg_catalog.numeric,
  out later pg_catalog.bool, out reach pg_catalog.numeric, out near pg_catalog.numeric)
language plpgsql set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
declare
  subject regclass := relation;
  q record;
  at record;
  typ record;
  next numeric;
  way numeric;
  rest numeric;
  digits int;
  told text;
begin
  if max_jump is not null and current_setting('pgseq.paused', true) = pg_current_xact_id_if_assigned()::text then
    return;
  end if;
  sequence := known;
  if sequence is null then
    if tree and to_regclass(named) is distinct from relation then
      -- A partition of it; or the table has another name by now
      select a.relid into subject
      from pg_partition_ancestors(relation) with ordinality a (relid, depth)
      where pgseq.source(a.relid, column_name) is not null
      order by a.relid = to_regclass(named) desc nulls last, a.depth desc
      limit 1;
      subject := coalesce(subject, relation);
    end if;
    sequence := pgseq.source(subject, column_name);
    if subject <> relation and not (
      -- who may not draw from it with the table that was written to, may not move it either
      select has_sequence_privilege(r.relowner, sequence, 'usage, update') from pg_class r where r.oid = relation)
    then
      sequence := null;
    end if;
  end if;
  if sequence is null then
    told := 'pgseq.told_' || relation::oid;
    if coalesce(current_setting(told, true), '') <> column_name then
      perform set_config(told, column_name, false);
      raise warning 'pgseq guard on %: column % draws from no sequence that its owner may draw from', relation, quote_ident(column_name)
        using hint = 'The guard is idle. pgseq guard status tells more, pgseq guard upgrade mends it.';
    end if;
    return;
  end if;
  select s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle into q from pg_sequence s where s.seqrelid = sequence;
  if q.seqcycle and div(q.seqmax::numeric - q.seqmin, abs(q.seqincrement)) < 65536 then
    sequence := null;                             -- it reuses values by design
    return;
  end if;
  step := q.seqincrement;
  -- It takes the lock of nextval: while that is held nobody alters the sequence. Null: never called
  next := pg_sequence_last_value(sequence)::numeric + q.seqincrement;
  if next is null then
    -- Its place can be read by name only, and whoever owns the schema may call another thing by that name in between
    if exists (select from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_database d on d.datname = current_database()
                join pg_roles o on o.oid = case pg_get_userbyid(n.nspowner) when 'pg_database_owner' then d.datdba else n.nspowner end
                where c.oid = sequence and (o.rolsuper or o.rolname = current_user) and has_sequence_privilege(c.oid, 'select'))
    then
      execute format('select last_value, is_called from %s', sequence) into at;
      next := at.last_value::numeric + case when at.is_called then q.seqincrement else 0 end;
    else
      next := q.seqstart;
    end if;
  end if;
  select a.atttypid as oid, a.atttypmod as typmod into typ
  from pg_attribute a where a.attrelid = relation and a.attname = column_name;
  while typ.oid >= 16384 loop                     -- domain -> what it is stored as
    select y.typbasetype, y.typtypmod into typ.oid, typ.typmod from pg_type y where y.oid = typ.oid;
  end loop;
  bound := case typ.oid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
                        when 'float4'::regtype then 16777216 when 'float8'::regtype then 9007199254740992 end;
  if typ.oid = 'numeric'::regtype and typ.typmod > 3 then
    digits := ((typ.typmod - 4) >> 16) - (((typ.typmod - 4) & 2047) # 1024) + 1024;   -- precision less scale
    bound := power(10::numeric, digits) - 1;
  end if;
  -- the last value of its progression may not be stored: nothing would be left beyond it
  if step > 0 then
    bound := next + div(least(bound, q.seqmax) - next, step) * step - 1;
  else
    bound := - bound - case when typ.oid in ('int2'::regtype, 'int4'::regtype) then 1 else 0 end;
    bound := next + div(greatest(bound, q.seqmin) - next, step) * step + 1;
  end if;
  way := abs(top - next);
  rest := abs(bound - next);
  if way <= 10000 * abs(step) and way * 100 <= least(1, max_jump) * rest and abs(top) < 9007199254740991 or sign(top - next) <> sign(step) then
    return;
  end if;
  -- Who may draw from it goes as far as drawing goes. A longer way is set, and that is another right
  if way > 1000000 * abs(step) and not (select has_sequence_privilege(r.relowner, sequence, 'update') from pg_class r where r.oid = relation) then
    raise warning 'pgseq guard on %: % is not moved as far as %, since the owner of the table may draw from it and not set it', relation, sequence, top
      using hint = 'pgseq fix moves it. To let the guard: grant update on the sequence to the owner of the table.';
    sequence := null;
    return;
  end if;
  -- A few steps cost the server what as many ordinary inserts cost, and no more comes of them. The role is that of the session:
  -- inside of a guard it is the guard's
  later := way > least(10000 * abs(step), rest / 100)
    and not has_sequence_privilege(case current_setting('role') when 'none' then session_user else current_setting('role')::name end, sequence, 'update');
  if later then
    reach := abs(bound - q.seqstart);
    if abs(next) < 9007199254740991 then
      reach := least(reach, 9007199254740991);
    end if;
    reach := q.seqstart + div(reach, 2) * sign(step);
    near := top - least(10000 * abs(step), div(rest, 100)) * sign(step);
    if (top - reach) * sign(step) > 0 then
      half := next + div(top - next, 2);
      return;
    end if;
  end if;
  if max_jump < 100 and (way * 100 > max_jump * rest or abs(next) < 9007199254740992 and abs(top) >= 9007199254740991) then
    half := next + div(top - next, 2);
  end if;
end
$pgseq$;

-- Whether more than ten ids are stored from half on, up to the bound: then they are the table's end, and not accidents. It reads
-- the table only where it and all that inherits from it belong to who reads: planning runs what owners wrote into indexes, with
-- the rights of who plans.
create or replace function pgseq.settled(relation pg_catalog.regclass, column_name pg_catalog.text, half pg_catalog.numeric, bound pg_catalog.numeric)
returns pg_catalog.bool language plpgsql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
declare
  stored bigint;
begin
  if exists (
    with recursive tree (oid) as (select relation::oid union select h.inhrelid from tree t join pg_inherits h on h.inhparent = t.oid)
    select from tree t join pg_class r on r.oid = t.oid where pg_get_userbyid(r.relowner) <> current_user)
  then
    return false;
  end if;
  execute format('select count(*) from (select from %s where %I between $1 and $2 limit 11) x', relation, column_name)
    into stored using least(half, bound), greatest(half, bound);
  return stored > 10;
end
$pgseq$;

-- The furthest of the ids from half on, up to the bound, that finished transactions have left in the table; null where they are
-- fewer than ten. What a transaction stores itself it may still take back, so it proves nothing: in it somebody who may insert,
-- and no more, would take the sequence to its end. Reads the table where pgseq.settled reads it.
create or replace function pgseq.committed(relation pg_catalog.regclass, column_name pg_catalog.text, half pg_catalog.numeric, bound pg_catalog.numeric)
returns pg_catalog.numeric language plpgsql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
declare
  own constant bigint := pg_current_xact_id()::text::bigint;
  stored record;
begin
  if exists (
    with recursive tree (oid) as (select relation::oid union select h.inhrelid from tree t join pg_inherits h on h.inhparent = t.oid)
    select from tree t join pg_class r on r.oid = t.oid where pg_get_userbyid(r.relowner) <> current_user)
  then
    return null;
  end if;
  -- xmin has the low 32 bits of a transaction of the last 2^31; a status that is not known any more is that of an old one
  execute format('select count(*) as rows, %3$s(id)::numeric as furthest from (
      select x.%2$I as id from %1$s x where x.%2$I between $1 and $2
      and coalesce(pg_xact_status(((($3 - (($3 - x.xmin::text::bigint) & 4294967295)))::text)::xid8), ''committed'') = ''committed''
    ) x', relation, column_name, case when half <= bound then 'max' else 'min' end)
    into stored using least(half, bound), greatest(half, bound), own;
  return case when stored.rows >= 10 then stored.furthest end;
end
$pgseq$;

-- Moves a sequence forward until the next value lies beyond top: the one function in SQL that moves a sequence. It has no rights
-- of its own: whoever calls it needs those that nextval asks for; with those that setval asks for, a long way takes no time.
--
-- Draws until the drawn value passes the goal, since nextval cannot go back. A way of more than 50,000 fetches is set: under an
-- advisory lock that keeps other guards out, and only while it leads over as many fetches of others, which the distance itself
-- keeps out: all of them would have to happen in the microsecond between the look and the set. The lock of nextval, which is
-- held from before the sequence is read, keeps out whoever alters it.
create or replace function pgseq.forward(sequence pg_catalog.regclass, top pg_catalog.numeric)
returns void language plpgsql strict
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
declare
  q record;
  at record;
  next numeric;
  calls numeric;
  goal bigint;
  own bigint;
  key constant bigint := 1886614385::bigint << 32 | sequence::oid::bigint;
  far constant bigint := case when has_sequence_privilege(sequence, 'update') then 50000 else 1000000 end;
begin
  select s.seqincrement as step, s.seqcache as cache into q from pg_sequence s where s.seqrelid = sequence;
  if q.cache > 1 then
    begin
      own := currval(sequence);
    exception when object_not_in_prerequisite_state then
      null;                                       -- this session has drawn nothing, so it has nothing in its cache
    end;
  end if;
  loop
    next := pg_sequence_last_value(sequence)::numeric + q.step;
    if next is null then                          -- never called
      -- Its place can be read by name only, and whoever owns the schema may call another thing by that name in between
      if exists (select from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_database d on d.datname = current_database()
                join pg_roles o on o.oid = case pg_get_userbyid(n.nspowner) when 'pg_database_owner' then d.datdba else n.nspowner end
                where c.oid = sequence and (o.rolsuper or o.rolname = current_user) and has_sequence_privilege(c.oid, 'select'))
      then
        execute format('select last_value, is_called from %s', sequence) into at;
        next := at.last_value::numeric + case when at.is_called then q.step else 0 end;
      else
        next := nextval(sequence)::numeric + q.step;
      end if;
    end if;
    -- calls of nextval until the value after the drawn one lies beyond top
    calls := greatest(0, div(top - next, q.step) + 1);
    if own is not null and (own + q.step - top) * sign(q.step) <= 0 then
      calls := calls + q.cache;                   -- values that this session has in its cache come first, taken ones among them
    elsif sign(top - next) * sign(q.step) < 0 then
      return;
    end if;
    own := null;
    if calls <= far * q.cache then
      goal := case when q.step > 0 then floor(top - q.step) + 1 else ceil(top - q.step) - 1 end;
      begin
        -- Many draws of one guard are kept out where another one sets
        if calls > 10000 then
          perform pg_advisory_xact_lock_shared(key);
        end if;
        if q.step > 0 then                        -- drawn values from the goal on have their next beyond top
          perform from (select nextval(sequence) as v from (select generate_series(1, calls::bigint)) g) d where d.v >= goal limit 1;
        else
          perform from (select nextval(sequence) as v from (select generate_series(1, calls::bigint)) g) d where d.v <= goal limit 1;
        end if;
        if calls > 10000 then
          raise sqlstate 'SQ001';                 -- what was drawn stays, and the lock goes with the block, however it ends
        end if;
      exception when sqlstate 'SQ001' then
        null;
      end;
    else
      goal := next + (calls - 1) * q.step;
      begin
        perform pg_advisory_xact_lock(key);
        -- Somebody may have gone further while it waited for the lock: that way is behind it now, however long
        perform setval(sequence, goal, true)
        where (goal - coalesce(pg_sequence_last_value(sequence), nextval(sequence))::numeric) / q.step >= far * q.cache;
        raise sqlstate 'SQ001';
      exception when sqlstate 'SQ001' then
        null;
      end;
    end if;
  end loop;
end
$pgseq$;

-- Silences all guards for what this transaction does, and no longer: the setting names the transaction, so that a plain SET,
-- which a pooler would hand on to the next client, silences nothing.
create or replace function pgseq.pause() returns void language sql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
select set_config('pgseq.paused', pg_current_xact_id()::text, true)
$pgseq$;

-- The columns of a table that can be guarded: numbers that a sequence hands out. Not of a partition whose rows count for the
-- sequence of the table above, which guards them; not where the sequence starts again by design, after few
-- values or under no key; and not where clients draw blocks of ids, since nothing tells which ids a block has.
create or replace function pgseq.columns(relation pg_catalog.regclass) returns setof pg_catalog.text language sql stable
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 2
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
join pg_sequence s on s.seqrelid = pgseq.source(r.oid, a.attname)
where not (s.seqcycle and (
    div(s.seqmax::numeric - s.seqmin, abs(s.seqincrement)) < 65536
    or not exists (select from pg_index x where x.indrelid = r.oid and x.indisunique and x.indisvalid and x.indpred is null
                     and x.indnkeyatts = 1 and x.indkey[0] = a.attnum)))
  and r.oid = relation and r.relkind in ('r', 'p') and r.relpersistence <> 't'
  and (a.atthasdef or a.attidentity <> '' or abs(s.seqincrement) = 1
       or not exists (select from pg_depend d where d.objid = s.seqrelid and d.refobjid = r.oid and d.deptype = 'a'
                      and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass))
  and not exists (select from pg_partition_ancestors(r.oid) t where t.relid <> r.oid and pgseq.source(t.relid, a.attname) = s.seqrelid)
order by a.attnum
$pgseq$;

-- Guards a column: makes its trigger function, and the triggers that call it, as far as they are not there yet. Whoever calls it
-- needs to own the table.
--
-- The function belongs to the owner of the table, who can run code on its inserts anyway: nobody else comes to have code on it,
-- and needs no more rights than that role has. A partition of another owner calls a function of that owner, which is the same but
-- for whom it belongs to. With each function goes a table of its name and owner: a row of it is a long way that waits for the end
-- of its transaction, and is gone with what stored it where that is rolled back.
--
-- The function is made for this one column: what it does after an ordinary insert is one maximum over the rows just stored and
-- one look at the sequence, both planned once. It names everything, operators too, with its schema, since a search_path of its
-- own would cost as much again.
--
-- max_jump: percent of what remains that a few lone ids may use up; null leaves it as it is, which is 50 at first.
-- updates: whether updates of the column are guarded too, null leaves that as it is. label: for the names of triggers.
create or replace function pgseq.protect(relation pg_catalog.regclass, column_name pg_catalog.text,
  max_jump pg_catalog.numeric default null, updates pg_catalog.bool default null, label pg_catalog.text default null)
returns void language plpgsql
set search_path = pg_catalog, pg_temp set quote_all_identifiers = off
as $pgseq$
-- version: 2
declare
  template constant text := $template$
-- version: 2
-- pgseq guard: after a statement that stored ids of its own, the sequence's next value lies beyond them; where the way is long and
-- the role has no right to go it, when the transaction ends.
declare
  top %5$s;                                      -- no type is looked up in anybody's search_path
  known pg_catalog.regclass;
  late pg_catalog.oid;                           -- the table, when the transaction ends
begin
  for attempt in 1 .. 2 loop
    begin
      if tg_level operator(pg_catalog.=) 'ROW' then
        if tg_name operator(pg_catalog.=) 'late' then
          if tg_relid operator(pg_catalog.<>) %17$L::pg_catalog.regclass then
            return null;
          end if;
          late := new.relation;
          top := new.top;
        else
          -- For somebody's own type it is an error, and no cast of theirs
          top := %16$scoalesce(new.%1$s, null::pg_catalog.int8)%6$s;
        end if;
      else
        -- The condition is gone before anything is read. Were "inserted" not the rows just stored but somebody's table or view,
        -- or the column of somebody's own type, it would be an error before any of their code is run.
        select %16$spg_catalog.%7$s(i.%1$s)%6$s into top from inserted i
        where case when false then coalesce(i.*, row()) is null or coalesce(i.%1$s, null::pg_catalog.int8) is null else true end;
      end if;
      -- The names may mean nothing any more, which is an error, or something else: the second attempt looks them up
      if attempt operator(pg_catalog.=) 1 then
        if (coalesce(late, tg_relid) operator(pg_catalog.=) %3$L::pg_catalog.regclass%12$s)
           and pgseq.source(%3$L::pg_catalog.regclass, %2$L) operator(pg_catalog.=) %4$L::pg_catalog.regclass
        then
          if top operator(pg_catalog.%8$s) pg_catalog.pg_sequence_last_value(%4$L::pg_catalog.regclass)%11$s then
            return null;
          end if;
          known := %4$L::pg_catalog.regclass;
        end if;
      end if;
      -- An ordinary insert does not get here
      declare
        lone pg_catalog.int8 := 1;
        furthest pg_catalog.numeric;
        w pg_catalog.record;
      begin
        if top is null then
          return null;
        end if;
        if late is not null then
          select pg_catalog.%7$s(p.top) into top from %17$s p where p.relation operator(pg_catalog.=) late;
          if top is null then
            return null;
          end if;
        end if;
        w := pgseq.watch(coalesce(late, tg_relid), %3$L, %10$s, %2$L, known, top, case when late is null then %13$s end);
        if w.sequence is null then
          return null;
        end if;
        if top operator(pg_catalog.%9$s) w.bound then
          if pg_catalog.abs(top operator(pg_catalog.-) w.bound) operator(pg_catalog.=) 1 then
            raise warning 'pgseq guard on %%: %% has no value left beyond %%', tg_relid::pg_catalog.regclass, w.sequence, top
              using hint = 'pgseq check tells what to do.';
          end if;
          if tg_level operator(pg_catalog.=) 'ROW' then
            return null;
          end if;
          select %16$spg_catalog.%7$s(i.%1$s)%6$s into top from inserted i where i.%1$s operator(pg_catalog.%8$s) w.bound;
          if top is null then
            return null;
          end if;
          w := pgseq.watch(tg_relid, %3$L, %10$s, %2$L, w.sequence, top, %13$s);
        end if;
        if w.half is not null and late is null then
          if tg_level operator(pg_catalog.<>) 'ROW' then
            select pg_catalog.count(*) into lone
            from (select from inserted i where i.%1$s operator(pg_catalog.%14$s) w.half and i.%1$s operator(pg_catalog.%8$s) w.bound limit 11) x;
          end if;
          -- Beyond its reach what a role has just stored counts for nothing: it may take that back
          if lone operator(pg_catalog.<=) 10 or w.later and top operator(pg_catalog.%9$s) w.reach then
            if w.later then
              furthest := pgseq.committed(tg_relid, %2$L, w.half, w.bound);
            end if;
            if furthest is null and (w.later or not pgseq.settled(tg_relid, %2$L, w.half, w.bound)) then
              raise warning 'pgseq guard on %%: %% is not moved beyond %%, which would use up most of what it has left', tg_relid::pg_catalog.regclass, w.sequence, top
                using hint = 'It may be a mistyped id: pgseq check tells more; pgseq fix --max-jump 100%% moves it all the same.';
              return null;
            end if;
            -- Of what others have left none can be taken back
            if (furthest operator(pg_catalog.%14$s) w.near) is false then
              top := furthest;
            end if;
          end if;
        end if;
        if w.later and furthest is null and late is null then
          insert into %17$s (top, relation) values (top, tg_relid);
          return null;
        end if;
        if tg_level operator(pg_catalog.=) 'ROW' and late is null then
          -- Replication brings row after row: the sequence goes 32 values ahead of them, as PostgreSQL itself does in its log
          top := %15$s(top operator(pg_catalog.+) (w.step operator(pg_catalog.*) 32.0), w.bound);
        end if;
        perform pgseq.forward(w.sequence, top);
        if late is not null then
          delete from %17$s p where p.ctid operator(pg_catalog.=) any (array(
            select o.ctid from %17$s o where o.relation operator(pg_catalog.=) late for update skip locked));
        end if;
        return null;
      end;
    exception when others then
      known := null;
      if attempt operator(pg_catalog.=) 2 then
        -- What a command has changed (class 42: a column that is gone, say) stays so, and is told once a session
        if pg_catalog.left(sqlstate, 2) operator(pg_catalog.<>) '42'
           or coalesce(pg_catalog.current_setting(pg_catalog.concat('pgseq.told_', tg_relid), true), '') operator(pg_catalog.<>) sqlstate
        then
          perform pg_catalog.set_config(pg_catalog.concat('pgseq.told_', tg_relid), sqlstate, false);
          raise warning 'pgseq guard on %%: %%', coalesce(late, tg_relid)::pg_catalog.regclass, sqlerrm
            using hint = 'The row is stored, its sequence may be behind. pgseq guard status tells more, pgseq guard upgrade mends it.';
        end if;
        return null;
      end if;
    end;
  end loop;
  return null;
end
$template$;
  q record;
  t record;
  made record;
  place record;
  code text;
  jump text;
  up bool;
  floats bool;
  mixed bool;
  parts oid[];
  owner record;
  part record;
  kind record;
begin
  select n.nspname, r.relname, a.attname, r.relkind = 'p' as tree, r.relowner, quote_ident(n.nspname) || '.' || quote_ident(r.relname) as name,
         '"' || replace(a.attname, '"', '""') || '"' as col, a.attnum, y.typname,
         left(encode(sha256(convert_to(concat_ws('.', quote_ident(n.nspname), quote_ident(r.relname), quote_ident(a.attname)), getdatabaseencoding())), 'hex'), 8) as hash
  into t
  from pg_class r
  join pg_namespace n on n.oid = r.relnamespace
  join pg_attribute a on a.attrelid = r.oid and a.attname = column_name and not a.attisdropped
  cross join lateral (
    with recursive base (oid) as (
      select a.atttypid union all select y.typbasetype from base b join pg_type y on y.oid = b.oid and y.typtype = 'd')
    select y.typname from base b join pg_type y on y.oid = b.oid where y.typtype <> 'd'
  ) y
  where r.oid = relation;
  select s.seqrelid::regclass as oid, s.seqincrement, s.seqcache, quote_ident(n.nspname) || '.' || quote_ident(r.relname) as name
  into q
  from pg_sequence s
  join pg_class r on r.oid = s.seqrelid
  join pg_namespace n on n.oid = r.relnamespace
  where s.seqrelid = pgseq.source(relation, column_name);
  if t.typname is null or q.oid is null then
    raise exception using errcode = 'SQ002',
      message = format('%s has no column %I whose values come from a sequence that its owner may draw from', relation, column_name),
      hint = format('grant usage, select, update on sequence ... to %I;', pg_get_userbyid(t.relowner));
  end if;

  parts := array(select r.oid from pg_partition_tree(relation) p join pg_class r on r.oid = p.relid where t.tree and r.relkind in ('r', 'p'));
  if not t.tree then
    parts := array[relation::oid];
  end if;
  for owner in
    select r.relowner as oid, pg_get_userbyid(r.relowner) as name from pg_class r where r.oid = any (parts)
      and not has_sequence_privilege(r.relowner, q.oid, 'usage, select') and (r.relowner = t.relowner or has_sequence_privilege(r.relowner, q.oid, 'update'))
  loop
    raise exception using errcode = 'SQ002',
      message = format('%I, whose rights the guard of %s has, may not look at the sequence %s', owner.name, relation, q.name),
      hint = format('grant usage, select, update on sequence %s to %I;', q.name, owner.name);
  end loop;

  -- What is there: functions that triggers on this table call, for this column. Anybody may make such a trigger, for any guard: if
  -- it is called from elsewhere too, as that of a partitioned table above is, it is this table's where it says so
  select p.oid, p.proname, p.prosrc into made
  from pg_trigger g
  join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'pgseq'::regnamespace
  where g.tgrelid = relation and strpos(p.prosrc, 'new.' || t.col) > 0
    and (not exists (select from pg_trigger o join pg_class r on r.oid = o.tgrelid where o.tgfoid = g.tgfoid and o.tgrelid <> all (parts)
                     and r.relnamespace <> 'pgseq'::regnamespace)
         or p.proowner = t.relowner and strpos(p.prosrc, format('pgseq.watch(tg_relid, %L, ', t.name)) > 0)
  order by p.proowner = t.relowner desc, p.proname
  limit 1;
  jump := coalesce(max_jump::text, substring(made.prosrc from 'w[.]sequence, top, ([0-9.]+)[)]'), '50');
  updates := coalesce(updates, exists (select from pg_trigger g where g.tgrelid = relation and g.tgfoid = made.oid and g.tgtype = 16));
  up := q.seqincrement > 0;
  floats := t.typname in ('float4', 'float8');
  label := 'pgseq_guard_' || coalesce(label, t.hash);
  mixed := exists (select from pg_class r where r.oid = any (parts) and r.relowner <> t.relowner);
  for owner in
    select r.relowner as oid, pg_get_userbyid(r.relowner) as name from pg_class r where r.oid = any (parts)
    group by r.relowner order by r.relowner <> t.relowner, name
  loop
    if owner.oid <> t.relowner then
      select p.oid, p.proname, p.prosrc into made
      from pg_trigger g
      join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'pgseq'::regnamespace
      where g.tgrelid = any (parts) and p.proowner = owner.oid and strpos(p.prosrc, 'new.' || t.col) > 0
        and strpos(p.prosrc, format('pgseq.watch(tg_relid, %L, ', t.name)) > 0
      order by p.proname
      limit 1;
    end if;
    if made.oid is null or not pg_has_role((select p.proowner from pg_proc p where p.oid = made.oid), 'usage') then
      made.proname := regexp_replace(left(t.relname, 26) || '_' || left(t.attname, 26), '[^a-zA-Z0-9_]', '_', 'g') || '_' || t.hash;
      if owner.oid <> t.relowner then
        made.proname := left(made.proname, 54) || '_' || left(encode(sha256(convert_to(owner.name, getdatabaseencoding())), 'hex'), 8);
      end if;
      -- Of a table that had this name before, and has another one now; or somebody else's
      if exists (select from pg_proc p
                 where p.pronamespace = 'pgseq'::regnamespace and p.proname = made.proname
                 and (not pg_has_role(p.proowner, 'usage')
                      or exists (select from pg_trigger g join pg_class r on r.oid = g.tgrelid
                                 where g.tgfoid = p.oid and g.tgrelid <> relation and r.relnamespace <> 'pgseq'::regnamespace)))
         or exists (select from pg_class r where r.relnamespace = 'pgseq'::regnamespace and r.relname = made.proname and not pg_has_role(r.relowner, 'usage'))
      then
        made.proname := left(made.proname, 54) || '_' || lpad(to_hex((random() * 4294967295)::bigint), 8, '0');
      end if;
    end if;
    code := format(template, t.col, column_name, t.name, q.name,
      case when t.typname = 'numeric' then 'pg_catalog.numeric' else 'pg_catalog.int8' end,
      -- by way of int8, which takes what it cannot hold at its end, and null as nothing to do: a cast to numeric rounds to 15
      -- digits, and one to text to as few as the session likes
      case when floats then format(', %s9e18::pg_catalog.float8), %s9e18::pg_catalog.float8)::pg_catalog.int8', case when up then '-' else '' end, case when up then '' else '-' end) else '' end,
      case when up then 'max' else 'min' end, case when up then '<=' else '>=' end, case when up then '>' else '<' end,
      case when t.tree then 'true' else 'false' end,
      -- this session may have taken ids ahead that the sequence has passed already
      case when q.seqcache > 1 then format(E'\n         and top operator(pg_catalog.%s) pg_catalog.currval(%L::pg_catalog.regclass)', case when up then '<=' else '>=' end, q.name) else '' end,
      case when t.tree then format(E'\n              or pg_catalog.pg_partition_root(coalesce(late, tg_relid)) operator(pg_catalog.=) %L::pg_catalog.regclass', t.name) else '' end,
      jump, case when up then '>=' else '<=' end, case when up then 'least' else 'greatest' end,
      case when not floats then '' when up then 'least(greatest(' else 'greatest(least(' end,
      'pgseq.' || quote_ident(made.proname));
    if not exists (
      select from pg_proc p join pg_language l on l.oid = p.prolang
      where p.pronamespace = 'pgseq'::regnamespace and p.proname = made.proname and p.pronargs = 0 and p.prosrc = code and l.lanname = 'plpgsql'
        and p.prosecdef and p.proconfig is null)
    then
      execute format('create or replace function pgseq.%I() returns trigger language plpgsql security definer as %L', made.proname, code);
    end if;
    select p.oid, p.proname, p.prosrc, p.proowner into made
    from pg_proc p where p.pronamespace = 'pgseq'::regnamespace and p.proname = made.proname and p.pronargs = 0;

    -- The ways that wait
    select r.oid, r.relowner into place from pg_class r where r.relnamespace = 'pgseq'::regnamespace and r.relname = made.proname;
    if place.oid is not null and not exists (
      select from pg_trigger g join pg_class r on r.oid = g.tgrelid
      where r.oid = place.oid and r.relkind = 'r'
        and g.tgname = 'late' and g.tgfoid = made.oid and g.tgtype = 5 and g.tgenabled = 'A' and g.tgdeferrable and g.tginitdeferred
        and g.tgqual is null and g.tgnargs = 0
        and array(select format('%s %s', a.attname, a.atttypid::regtype) from pg_attribute a where a.attrelid = r.oid and a.attnum > 0 order by a.attnum) = '{top bigint,relation oid}')
    then
      execute format('drop table pgseq.%I', made.proname);
      place.oid := null;
    end if;
    if place.oid is null then
      execute format('create unlogged table pgseq.%I (top pg_catalog.int8, relation pg_catalog.oid)', made.proname);
      execute format('create constraint trigger late after insert on pgseq.%1$I deferrable initially deferred for each row execute function pgseq.%1$I()', made.proname);
      execute format('alter table pgseq.%I enable always trigger late', made.proname);
      select r.oid, r.relowner into place from pg_class r where r.relnamespace = 'pgseq'::regnamespace and r.relname = made.proname;
    end if;
    if made.proowner <> owner.oid or place.relowner <> owner.oid then
      -- Unless a superuser says so, a role becomes the owner of what is in a schema only while it may create in it. Nobody sees that
      -- it may: the right is gone again before this transaction ends
      select not m.rolsuper and not has_schema_privilege(owner.oid, n.oid, 'create') as lent into kind
      from pg_namespace n, pg_roles m where n.nspname = 'pgseq' and m.rolname = current_user;
      if kind.lent then
        perform pg_advisory_xact_lock(1886614385, 2);
        execute format('grant create on schema pgseq to %I', owner.name);
      end if;
      execute format('alter function pgseq.%I() owner to %I', made.proname, owner.name);
      execute format('alter table pgseq.%I owner to %I', made.proname, owner.name);
      if kind.lent then
        execute format('revoke create on schema pgseq from %I', owner.name);
      end if;
    end if;

    -- Statements that store rows fire the trigger of the table that they name, so each partition has one. Rows that arrive by
    -- replication fire only triggers for each row that are enabled for it; those of a partitioned table reach its partitions, and
    -- are made for each where these have other owners.
    for part in
      select r.oid::regclass as name, r.oid = relation as itself, case when mixed then r.relkind = 'r' else r.oid = relation end as rows
      from pg_class r
      where r.oid = any (parts) and r.relowner = owner.oid
      order by 2, 1
    loop
      for kind in                                 -- made anew by somebody, with a condition or without the rows; or another's
        select g.tgname from pg_trigger g join pg_proc p on p.oid = g.tgfoid
        where g.tgrelid = part.name and g.tgparentid = 0 and not g.tgisinternal
          and case when p.oid = made.oid
                then g.tgqual is not null or g.tgnargs > 0 or g.tgattr <> '' or g.tgconstraint <> 0 or g.tgtype not in (4, 16, 21) or g.tgoldtable is not null
                     or g.tgnewtable is distinct from case when g.tgtype & 1 = 0 then 'inserted' end::name or g.tgtype = 21 and not part.rows or g.tgtype = 16 and not updates
                else p.pronamespace = 'pgseq'::regnamespace and strpos(p.prosrc, 'new.' || t.col) > 0
                     and (part.itself or strpos(p.prosrc, format('pgseq.watch(tg_relid, %L, ', t.name)) > 0)
                     or g.tgname in (label, label || '_update', label || '_replica')
              end
      loop
        execute format('drop trigger %I on %s', kind.tgname, part.name);
      end loop;
      for kind in
        -- tgtype: 1 for each row, 4 insert, 16 update
        select k.* from (values
          (4, '', 'after insert on %s referencing new table as inserted for each statement', true),
          (16, '_update', 'after update on %s referencing new table as inserted for each statement', updates),
          (21, '_replica', 'after insert or update on %s for each row', part.rows)) k (type, suffix, events, wanted)
        where k.wanted and not exists (select from pg_trigger g where g.tgrelid = part.name and g.tgfoid = made.oid and g.tgtype = k.type)
      loop
        execute format('create trigger %I ' || kind.events || ' execute function pgseq.%I()', label || kind.suffix, part.name, made.proname);
      end loop;
      for kind in
        select g.tgname from pg_trigger g
        where g.tgrelid = part.name and g.tgfoid = made.oid and g.tgtype = 21 and g.tgenabled in ('O', 'A')
      loop
        execute format('alter table %s enable replica trigger %I', part.name, kind.tgname);
      end loop;
    end loop;
  end loop;
end
$pgseq$;

-- What guards call is called with the rights of the owners of tables, whoever they are. It has none of its own, so everybody may.
do $pgseq$
declare
  one pg_catalog.record;
begin
  for one in
    select p.oid::pg_catalog.regprocedure as name
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
    where n.nspname operator(pg_catalog.=) 'pgseq' and p.prorettype operator(pg_catalog.<>) 'pg_catalog.trigger'::pg_catalog.regtype
      and p.prorettype operator(pg_catalog.<>) 'pg_catalog.event_trigger'::pg_catalog.regtype
      and pg_catalog.pg_has_role(p.proowner, 'usage') and not pg_catalog.has_function_privilege('public', p.oid, 'execute')
  loop
    execute pg_catalog.format('grant execute on function %s to public', one.name);
  end loop;
end
$pgseq$;
