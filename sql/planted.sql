-- planted: the schemas of a search_path in which strangers (see foreign) own functions, operators or types: whatever is called
-- there by its bare name may be theirs.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.schemas       JSON array of names of schemas
select n.nspname as schema
from pg_catalog.pg_namespace n
where n.nspname in (select e.value
                    from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.schemas')::pg_catalog.jsonb) e)
  and exists (
    select 1
    from (
      select p.pronamespace as namespace, p.proowner as owner from pg_catalog.pg_proc p
      union all select o.oprnamespace, o.oprowner from pg_catalog.pg_operator o
      -- rows of tables and arrays are no code
      union all select t.typnamespace, t.typowner from pg_catalog.pg_type t where t.typtype not in ('c', 'e') and t.typelem = 0
    ) code
    join pg_catalog.pg_roles r on r.oid = code.owner and not r.rolsuper and r.rolname <> session_user
    where code.namespace = n.oid)
order by 1
