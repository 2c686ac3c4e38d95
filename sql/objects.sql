-- objects: what is in the schema pgseq beside the guards themselves, one row each, the schema first; and whether it can be
-- trusted: it belongs to this role, to one that this role is, or to a superuser.
select 'schema' as kind, n.nspname::pg_catalog.text as name, null as version, pg_catalog.pg_get_userbyid(n.nspowner) as owner,
       r.rolsuper or pg_catalog.pg_has_role(n.nspowner, 'member') as trusted
from pg_catalog.pg_namespace n
join pg_catalog.pg_roles r on r.oid = n.nspowner
where n.nspname = 'pgseq'
union all
(select 'function', pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
        pg_catalog.substring(p.prosrc, '-- version: ([0-9]+)'), pg_catalog.pg_get_userbyid(p.proowner),
        r.rolsuper or pg_catalog.pg_has_role(p.proowner, 'member')
 from pg_catalog.pg_proc p
 join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 join pg_catalog.pg_roles r on r.oid = p.proowner
 where n.nspname = 'pgseq' and p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype
 order by p.proname collate "C", p.oid)
union all
(select 'event trigger', e.evtname::pg_catalog.text, null, pg_catalog.pg_get_userbyid(e.evtowner), true
 from pg_catalog.pg_event_trigger e
 join pg_catalog.pg_proc p on p.oid = e.evtfoid
 join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname = 'pgseq'
 order by e.evtname collate "C")
