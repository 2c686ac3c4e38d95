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
-- version: 3
declare
  template constant text := $template$
-- version: 3
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
           and pgseq.feeding_sequence(%3$L::pg_catalog.regclass, %2$L) operator(pg_catalog.=) %4$L::pg_catalog.regclass
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
        w := pgseq.inspect_sequence(coalesce(late, tg_relid), %3$L, %10$s, %2$L, known, top, case when late is null then %13$s end);
        if w.sequence is null then
          return null;
        end if;
        if top operator(pg_catalog.%9$s) w.bound then
          if pg_catalog.abs(top operator(pg_catalog.-) w.bound) operator(pg_catalog.=) 1 then
            raise warning 'pgseq guard on %%: %% has no value left beyond %%', tg_relid::pg_catalog.regclass, w.sequence, top
              using hint = 'pgseq check says what to do.';
          end if;
          if tg_level operator(pg_catalog.=) 'ROW' then
            return null;
          end if;
          select %16$spg_catalog.%7$s(i.%1$s)%6$s into top from inserted i where i.%1$s operator(pg_catalog.%8$s) w.bound;
          if top is null then
            return null;
          end if;
          w := pgseq.inspect_sequence(tg_relid, %3$L, %10$s, %2$L, w.sequence, top, %13$s);
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
            if furthest is null and (w.later or not pgseq.has_rows_beyond(tg_relid, %2$L, w.half, w.bound)) then
              raise warning 'pgseq guard on %%: %% is not moved beyond %%, which would use up most of what it has left', tg_relid::pg_catalog.regclass, w.sequence, top
                using hint = 'It may be a mistyped id: pgseq check shows it, and pgseq fix --max-jump 100%% moves the sequence beyond it.';
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
        perform pgseq.advance(w.sequence, top);
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
            using hint = 'The row is stored, but its sequence may be behind. pgseq guard status says why, and pgseq guard upgrade repairs it.';
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
  where s.seqrelid = pgseq.feeding_sequence(relation, column_name);
  if t.typname is null or q.oid is null then
    raise exception using errcode = 'SQ002',
      message = format('%s has no column %I whose values come from a sequence that its owner may use', relation, column_name),
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
      message = format('%I, whose rights the guard of %s has, may not read the sequence %s', owner.name, relation, q.name),
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
         or p.proowner = t.relowner and strpos(replace(p.prosrc, 'pgseq.watch(', 'pgseq.inspect_sequence('), format('pgseq.inspect_sequence(tg_relid, %L, ', t.name)) > 0)
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
        and strpos(replace(p.prosrc, 'pgseq.watch(', 'pgseq.inspect_sequence('), format('pgseq.inspect_sequence(tg_relid, %L, ', t.name)) > 0
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
      -- The trigger for rows of a partitioned table has clones, by its name, on the partitions: it goes before they get their own, and
      -- theirs go before it comes
      order by (r.oid = relation) = mixed desc, 1
    loop
      for kind in                                 -- made anew by somebody, with a condition or without the rows; or another's
        select g.tgname from pg_trigger g join pg_proc p on p.oid = g.tgfoid
        where g.tgrelid = part.name and g.tgparentid = 0 and not g.tgisinternal
          and case when p.oid = made.oid
                then g.tgqual is not null or g.tgnargs > 0 or g.tgattr <> '' or g.tgconstraint <> 0 or g.tgtype not in (4, 16, 21) or g.tgoldtable is not null
                     or g.tgnewtable is distinct from case when g.tgtype & 1 = 0 then 'inserted' end::name or g.tgtype = 21 and not part.rows or g.tgtype = 16 and not updates
                else p.pronamespace = 'pgseq'::regnamespace and strpos(p.prosrc, 'new.' || t.col) > 0
                     and (part.itself or strpos(replace(p.prosrc, 'pgseq.watch(', 'pgseq.inspect_sequence('), format('pgseq.inspect_sequence(tg_relid, %L, ', t.name)) > 0)
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
