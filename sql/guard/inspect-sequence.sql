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
create or replace function pgseq.inspect_sequence(relation pg_catalog.regclass, named pg_catalog.text, tree pg_catalog.bool,
  column_name pg_catalog.text, known pg_catalog.regclass, top pg_catalog.numeric, max_jump pg_catalog.numeric,
  out sequence pg_catalog.regclass, out step pg_catalog.int8, out bound pg_catalog.numeric, out half pg_catalog.numeric,
  out later pg_catalog.bool, out reach pg_catalog.numeric, out near pg_catalog.numeric)
language plpgsql set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
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
      where pgseq.feeding_sequence(a.relid, column_name) is not null
      order by a.relid = to_regclass(named) desc nulls last, a.depth desc
      limit 1;
      subject := coalesce(subject, relation);
    end if;
    sequence := pgseq.feeding_sequence(subject, column_name);
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
      raise warning 'pgseq guard on %: column % takes its values from no sequence that its owner may use', relation, quote_ident(column_name)
        using hint = 'The guard does nothing. pgseq guard status says why, and pgseq guard upgrade repairs it.';
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
    raise warning 'pgseq guard on %: % is not moved as far as %, because the owner of the table may use it but not set it', relation, sequence, top
      using hint = 'pgseq fix moves it. To allow the guard to move it: grant update on the sequence to the owner of the table.';
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
