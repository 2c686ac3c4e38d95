-- guards: every guard of the database: one row per guard and table that it stands on, or should stand on. A guard is a trigger
-- function in the schema pgseq; it stands on one table, and with that on the partitions of it. One that stands nowhere has a
-- row with a null table.
--
-- Reads the catalogs only, needs no privilege, takes no lock on any table of the user's.
with recursive
guard as materialized (
  select p.oid, p.proname, p.prosrc, pg_catalog.pg_get_userbyid(p.proowner) as owner,
         pg_catalog.has_schema_privilege(p.proowner, n.oid, 'usage') as usable
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'pgseq' and p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype
),
trigger as materialized (
  select g.oid as guard, t.tgrelid as relid,
         -- type: 1 for each row, 4 insert, 16 update. state: O at the origin, R for replication, A always, D disabled
         -- sound: as the guard made it; others may have made it anew, with a condition or without the rows
         pg_catalog.json_agg(pg_catalog.json_build_object('name', t.tgname, 'type', t.tgtype, 'state', t.tgenabled, 'clone', t.tgparentid <> 0,
                               'sound', t.tgqual is null and t.tgnargs = 0 and (t.tgtype & 1 = 1 or coalesce(t.tgnewtable = 'inserted', false)))
                             order by t.tgname) as triggers
  from guard g
  join pg_catalog.pg_trigger t on t.tgfoid = g.oid
  group by g.oid, t.tgrelid
),
tree (guard, root, relid) as (
  select t.guard, t.relid, t.relid
  from trigger t
  where not exists (select 1 from pg_catalog.pg_class c
                    join pg_catalog.pg_inherits h on h.inhrelid = c.oid
                    join trigger o on o.relid = h.inhparent and o.guard = t.guard
                    where c.oid = t.relid and c.relispartition)
  union all
  select t.guard, t.root, h.inhrelid
  from tree t
  join pg_catalog.pg_class c on c.oid = t.relid and c.relkind = 'p'
  join pg_catalog.pg_inherits h on h.inhparent = t.relid
)
select g.proname as function, g.prosrc as source, g.owner, g.usable, t.root, r.oid as relation_oid, n.nspname as schema, r.relname as relation,
  pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname) as display,
  coalesce(x.triggers, '[]') as triggers
from guard g
left join tree t on t.guard = g.oid
left join pg_catalog.pg_class r on r.oid = t.relid
left join pg_catalog.pg_namespace n on n.oid = r.relnamespace
left join trigger x on x.guard = g.oid and x.relid = t.relid
-- a foreign partition has no triggers with transition tables
where r.oid is null or r.relkind in ('r', 'p')
order by g.proname collate "C", t.root <> t.relid, n.nspname collate "C", r.relname collate "C"
