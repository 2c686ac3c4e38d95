-- Guards tables as they are created or altered. An event trigger, which a superuser may make; it acts with the superuser's
-- rights and gives each function to the owner of its table. It never raises: what it cannot do is a warning.
--
-- Its triggers have names that nothing else has, so that a dump of a guarded table restores beside them: the trigger that the
-- dump makes then takes the place of ours.
create or replace function pgseq.guard_new_tables() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
declare
  made record;
  twin record;
begin
  if current_setting('pgseq.guarding', true) = pg_current_xact_id()::text then
    return;                                       -- what we make ourselves
  end if;
  perform set_config('pgseq.guarding', pg_current_xact_id()::text, true);
  for made in
    select distinct c.classid, c.objid from pg_event_trigger_ddl_commands() c
    where not c.in_extension and c.classid in ('pg_class'::regclass, 'pg_trigger'::regclass)
  loop
    begin
      if made.classid = 'pg_trigger'::regclass then
        for twin in
          select o.tgname, o.tgrelid::regclass as name
          from pg_trigger g
          join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'pgseq'::regnamespace
          join pg_trigger o on o.tgrelid = g.tgrelid and o.tgfoid = g.tgfoid and o.tgtype = g.tgtype and o.oid <> g.oid
          join pg_class r on r.oid = g.tgrelid
          -- It takes the place of its like only, and for the owner of the table only: others who may make triggers may drop none
          where g.oid = made.objid and o.tgnewtable is not distinct from g.tgnewtable and g.tgqual is null and o.tgname like 'pgseq\_guard\_%'
            and pg_has_role(case current_setting('role') when 'none' then session_user else current_setting('role')::name end, r.relowner, 'usage')
        loop
          execute format('drop trigger %I on %s', twin.tgname, twin.name);
        end loop;
      else
        -- the table, the partitioned tables above it, and its partitions
        for twin in
          select x.oid::regclass as name, c.attname
          from (select made.objid as oid
                union select relid from pg_partition_ancestors(made.objid)
                union select relid from pg_partition_tree(made.objid)) x
          cross join lateral pgseq.columns(x.oid::regclass) c (attname)
          order by 1, 2
        loop
          perform pgseq.protect(twin.name, twin.attname, label => lpad(to_hex((random() * 4294967295)::bigint), 8, '0'));
        end loop;
      end if;
    exception when others then
      raise warning 'pgseq: a table made by % is not guarded: %', tg_tag, sqlerrm
        using hint = 'Correct this, then run pgseq guard install.';
    end;
  end loop;
  perform set_config('pgseq.guarding', '', true);
exception when others then
  raise warning 'pgseq: tables made by % are not guarded: %', tg_tag, sqlerrm;
end
$pgseq$;
