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
