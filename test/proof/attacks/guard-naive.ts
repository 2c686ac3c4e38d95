/**
 * What one writes at first: the rows just stored have a maximum, the trigger's argument names the sequence, and the rights
 * to move it come with SECURITY DEFINER. `naive.protect` guards a table as `pgseq.protect` does.
 */
export const naiveGuard = String.raw`
  create schema naive; grant usage on schema naive to public;
  create function naive.forward(s regclass, top numeric, stored regclass default null) returns void language plpgsql security definer as $$
  declare at numeric; many bigint;
  begin
    execute format('select last_value from %s', s) into at;
    if top > at + 1000000 then
      execute format('select count(*) from %s where id >= %s', stored, top / 2) into many;
    end if;
    if top > at then perform setval(s, top::bigint); end if;
  end $$;
  create function naive.protect(relation regclass, name text) returns void language plpgsql as $$
  declare
    f text;
    s regclass := (select d.refobjid from pg_attrdef a join pg_depend d on d.objid = a.oid and d.classid = 'pg_attrdef'::regclass
                   join pg_class q on q.oid = d.refobjid and q.relkind = 'S' where a.adrelid = relation limit 1);
  begin
    select p.proname into f from pg_trigger g join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'naive'::regnamespace
    where g.tgrelid = relation limit 1;
    f := coalesce(f, 'guard_' || relation::oid);
    execute 'create or replace function naive.' || f || '() returns trigger language plpgsql security definer as $guard$
      declare s regclass := to_regclass(tg_argv[0]); top numeric; w record;
      begin
        if current_setting(''pgseq.paused'', true) <> '''' then
          execute ''select '' || current_setting(''pgseq.paused'');
        end if;
        if tg_level = ''ROW'' then top := new.' || name || '; else select max(' || name || ') into top from inserted; end if;
        if s is not null and top is not null then perform naive.forward(s, top, tg_relid::regclass); end if;
        return null;
      end $guard$';
    execute 'alter function naive.' || f || '() owner to ' || (select relowner::regrole from pg_class where oid = s);
    if not exists (select from pg_trigger where tgrelid = relation and tgname = 'naive_guard') then
      execute 'create trigger naive_guard after insert on ' || relation
        || ' referencing new table as inserted for each statement execute function naive.' || f || '(''' || s || ''')';
      execute 'create trigger naive_replica after insert or update on ' || relation || ' for each row execute function naive.' || f || '(''' || s || ''')';
      execute 'alter table ' || relation || ' enable replica trigger naive_replica';
    end if;
  end $$;
  create function naive.guard_new_tables() returns event_trigger language plpgsql security definer as $$
  declare made record; twin name;
  begin
    if current_setting('pgseq.guarding', true) = 'on' then return; end if;
    perform set_config('pgseq.guarding', 'on', true);
    for made in select * from pg_event_trigger_ddl_commands() loop
      if made.classid = 'pg_trigger'::regclass then
        for twin in
          select o.tgname from pg_trigger g join pg_trigger o on o.tgrelid = g.tgrelid and o.tgfoid = g.tgfoid and o.tgtype = g.tgtype and o.oid <> g.oid
          where g.oid = made.objid
        loop
          execute format('drop trigger %I on %s', twin, (select tgrelid::regclass from pg_trigger where oid = made.objid));
        end loop;
      elsif exists (select from pg_attribute where attrelid = made.objid and attname = 'id' and atthasdef) then
        perform naive.protect(made.objid, 'id');
      end if;
    end loop;
    perform set_config('pgseq.guarding', '', true);
  end $$`;
