-- objects: what is in the schema pgseq beside the guards themselves, one row each, the schema first, then who else may make
-- functions in it, and whether everybody may use it. trusted: its owner is this role, one whose rights it has anyhow, or a
-- superuser; a superuser has everybody's rights, and trusts superusers. mine: this role may drop it. text: a hash of what it does;
-- sound: with the settings and the rights that it was made with.
with role as (
  select r.oid, r.rolname,
         r.rolsuper or r.rolname = current_user or not me.rolsuper and pg_catalog.pg_has_role(r.oid, 'usage') as trusted,
         pg_catalog.pg_has_role(r.oid, 'usage') as mine
  from pg_catalog.pg_roles r
  join pg_catalog.pg_roles me on me.rolname = current_user
)
select 'schema' as kind, n.nspname::pg_catalog.text as name, null as version, r.rolname as owner, r.trusted, r.mine, null as text, true as sound
from pg_catalog.pg_namespace n
join role r on r.oid = n.nspowner
where n.nspname = 'pgseq'
union all
(select 'grant', a.privilege_type, null, coalesce(r.rolname, 'public'), coalesce(r.trusted, a.privilege_type <> 'CREATE'), true, null, true
 from pg_catalog.pg_namespace n
 cross join lateral pg_catalog.aclexplode(n.nspacl) a
 left join role r on r.oid = a.grantee
 where n.nspname = 'pgseq' and (a.privilege_type = 'CREATE' or a.grantee = 0)
 order by r.rolname collate "C", a.privilege_type)
union all
(select 'function', pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
        pg_catalog.substring(p.prosrc, '-- version: ([0-9]+)'), r.rolname, r.trusted, r.mine,
        pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p.prosrc, pg_catalog.getdatabaseencoding())), 'hex'),
        not p.prosecdef and coalesce(p.proconfig[1] = 'search_path=pg_catalog, pg_temp', false)
          and pg_catalog.has_function_privilege('public', p.oid, 'execute')
 from pg_catalog.pg_proc p
 join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 join role r on r.oid = p.proowner
 where n.nspname = 'pgseq' and p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype
 order by p.proname collate "C", p.oid)
union all
(select 'event trigger', e.evtname::pg_catalog.text, null, r.rolname, true, r.mine, null, true
 from pg_catalog.pg_event_trigger e
 join pg_catalog.pg_proc p on p.oid = e.evtfoid
 join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 join role r on r.oid = e.evtowner
 where n.nspname = 'pgseq'
 order by e.evtname collate "C")
