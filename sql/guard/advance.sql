-- Moves a sequence forward until the next value lies beyond top: the one function in SQL that moves a sequence. It has no rights
-- of its own: whoever calls it needs those that nextval asks for; with those that setval asks for, a long way takes no time.
--
-- Draws until the drawn value passes the goal, since nextval cannot go back. A way of more than 50,000 fetches is set: under an
-- advisory lock that keeps other guards out, and only while it leads over as many fetches of others, which the distance itself
-- keeps out: all of them would have to happen in the microsecond between the look and the set. The lock of nextval, which is
-- held from before the sequence is read, keeps out whoever alters it.
create or replace function pgseq.advance(sequence pg_catalog.regclass, top pg_catalog.numeric)
returns void language plpgsql strict
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
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
