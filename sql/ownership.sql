-- ownership: whom some tables belong to, and whether this role has that owner's rights; and where guards are made, the database or the
-- schema pgseq where it is there, whether this role may create in it. One row each, the tables first.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
(select 'table' as kind, pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname)) as name,
        r.rolname::pg_catalog.text as owner, pg_catalog.pg_has_role(c.relowner, 'usage') as mine
 from (
   select distinct e.value::oid as oid
   from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e) asked
 join pg_catalog.pg_class c on c.oid = asked.oid
 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 join pg_catalog.pg_roles r on r.oid = c.relowner
 order by n.nspname collate "C", c.relname collate "C")
union all
select 'schema', n.nspname::pg_catalog.text, r.rolname::pg_catalog.text, pg_catalog.has_schema_privilege(n.oid, 'create')
from pg_catalog.pg_namespace n
join pg_catalog.pg_roles r on r.oid = n.nspowner
where n.nspname = 'pgseq'
union all
select 'database', d.datname::pg_catalog.text, r.rolname::pg_catalog.text, pg_catalog.has_database_privilege(d.oid, 'create')
from pg_catalog.pg_database d
join pg_catalog.pg_roles r on r.oid = d.datdba
where d.datname = pg_catalog.current_database() and not exists (select from pg_catalog.pg_namespace n where n.nspname = 'pgseq')
