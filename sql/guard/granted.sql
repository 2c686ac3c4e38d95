-- What guards call is called with the rights of the owners of tables, whoever they are. It has none of its own, so everybody may.
do $pgseq$
declare
  one pg_catalog.record;
begin
  for one in
    select p.oid::pg_catalog.regprocedure as name
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
    where n.nspname operator(pg_catalog.=) 'pgseq' and p.prorettype operator(pg_catalog.<>) 'pg_catalog.trigger'::pg_catalog.regtype
      and p.prorettype operator(pg_catalog.<>) 'pg_catalog.event_trigger'::pg_catalog.regtype
      and pg_catalog.pg_has_role(p.proowner, 'usage') and not pg_catalog.has_function_privilege('public', p.oid, 'execute')
  loop
    execute pg_catalog.format('grant execute on function %s to public', one.name);
  end loop;
end
$pgseq$;
