-- guards: every guard of the database: one row per guard, table that it stands on, or should stand on, and function that is called
-- there. A guard is found by its triggers, wherever their function lies and whatever it is called by now: who owns a function may
-- take it elsewhere. It stands on one table, and with that on the partitions of it. A function of the schema pgseq that stands
-- nowhere has a row with a null table.
--
-- Reads the catalogs only, needs no privilege, takes no lock on any table of the user's.
with recursive
found as materialized (
  select t.tgfoid, t.tgrelid, t.tgname, t.tgtype, t.tgenabled, t.tgparentid <> 0 as clone,
         -- as the guard made it; others may have made it anew, with a condition or without the rows
         t.tgqual is null and t.tgnargs = 0 and t.tgattr = '' and t.tgconstraint = 0 and t.tgoldtable is null and t.tgtype in (4, 16, 21)
           and t.tgnewtable is not distinct from case when t.tgtype & 1 = 0 then 'inserted' end::pg_catalog.name as sound
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_class r on r.oid = t.tgrelid and r.relnamespace is distinct from (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'pgseq')
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'pgseq' or pg_catalog.starts_with(t.tgname::pg_catalog.text, 'pgseq_guard_')
     or p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype and pg_catalog.strpos(p.prosrc, '-- pgseq guard:') > 0
),
guard as materialized (
  select p.oid, p.proname, n.nspname, p.prosrc, p.proowner, pg_catalog.pg_get_userbyid(p.proowner) as owner,
         coalesce(pg_catalog.has_schema_privilege(p.proowner, (select o.oid from pg_catalog.pg_namespace o where o.nspname = 'pgseq'), 'usage'), false) as usable,
         p.prosecdef and p.proconfig is null and p.pronargs = 0 and l.lanname = 'plpgsql' and p.prokind = 'f' and not p.proisstrict
           and p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype as sound,
         -- what it says that it guards; else it is a guard by itself
         coalesce(pg_catalog.substring(p.prosrc, 'new[.]("(?:[^"]|"")+")') || ' ' || pg_catalog.substring(p.prosrc, 'pgseq[.](?:watch|inspect_sequence)[(]tg_relid, (.*?), (?:true|false), '),
                  p.oid::pg_catalog.text) as what
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where n.nspname = 'pgseq' and p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype or p.oid in (select tgfoid from found)
),
trigger as materialized (
  select g.oid as guard, g.what, f.tgrelid as relid,
         -- type: 1 for each row, 4 insert, 16 update. state: O at the origin, R for replication, A always, D disabled
         pg_catalog.json_agg(pg_catalog.json_build_object('name', f.tgname, 'type', f.tgtype, 'state', f.tgenabled, 'clone', f.clone, 'sound', f.sound)
                             order by f.tgname) as triggers
  from guard g
  join found f on f.tgfoid = g.oid
  group by g.oid, g.what, f.tgrelid
),
tree (what, root, relid) as (
  select distinct t.what, t.relid, t.relid
  from trigger t
  where not exists (select 1 from pg_catalog.pg_class c
                    join pg_catalog.pg_inherits h on h.inhrelid = c.oid
                    join trigger o on o.relid = h.inhparent and o.what = t.what
                    where c.oid = t.relid and c.relispartition)
  union all
  select t.what, t.root, h.inhrelid
  from tree t
  join pg_catalog.pg_class c on c.oid = t.relid and c.relkind = 'p'
  join pg_catalog.pg_inherits h on h.inhparent = t.relid
)
select g.proname as function, g.nspname as home, g.prosrc as source, g.owner, g.usable, g.sound,
  p.what, p.root, r.oid as relation_oid, n.nspname as schema, r.relname as relation,
  pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname) as display,
  pg_catalog.pg_get_userbyid(r.relowner) as table_owner, r.relkind = 'p' as parted,
  coalesce(p.triggers, '[]') as triggers,
  -- where its long ways wait: null where there is nothing of that name, else whether it is as the guard made it
  (select w.relowner = g.proowner and w.relkind = 'r' and exists (
     select 1 from pg_catalog.pg_trigger l
     where l.tgrelid = w.oid and l.tgname = 'late' and l.tgfoid = g.oid and l.tgtype = 5 and l.tgenabled = 'A' and l.tgdeferrable and l.tginitdeferred
       and l.tgqual is null and l.tgnargs = 0)
   from pg_catalog.pg_class w join pg_catalog.pg_namespace m on m.oid = w.relnamespace
   where m.nspname = 'pgseq' and w.relname = g.proname) as waiting,
  -- in the first row: what guards call
  case when pg_catalog.row_number() over () = 1 then (
    select pg_catalog.json_agg(pg_catalog.json_build_object('name', f.proname, 'version', pg_catalog.substring(f.prosrc, '-- version: ([0-9]+)'),
             'text', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(f.prosrc, pg_catalog.getdatabaseencoding())), 'hex'),
             'sound', not f.prosecdef and coalesce(f.proconfig[1] = 'search_path=pg_catalog, pg_temp', false)
               and pg_catalog.has_function_privilege('public', f.oid, 'execute')))
    from pg_catalog.pg_proc f join pg_catalog.pg_namespace m on m.oid = f.pronamespace
    where m.nspname = 'pgseq' and f.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
  ) end as tools
from (
  select t.what, t.root, t.relid, x.guard, x.triggers from tree t left join trigger x on x.what = t.what and x.relid = t.relid
  union all
  select g.what, null, null, g.oid, null from guard g where not exists (select 1 from trigger x where x.guard = g.oid)
) p
left join guard g on g.oid = p.guard
left join pg_catalog.pg_class r on r.oid = p.relid
left join pg_catalog.pg_namespace n on n.oid = r.relnamespace
-- a foreign partition has no triggers with transition tables
where r.oid is null or r.relkind in ('r', 'p')
order by p.what collate "C", p.root <> p.relid, n.nspname collate "C", r.relname collate "C", g.proowner <> r.relowner, g.proname collate "C"
