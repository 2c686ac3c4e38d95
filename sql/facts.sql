-- facts: what this session is connected to, as one row.
--
-- Settings it reads (set with SET LOCAL, before search_path is):
--   pgseq.own_schemas   JSON array of the schemas that the session's own search_path comes to
select pg_catalog.version() as version,
       pg_catalog.current_setting('server_version') as server_version,
       pg_catalog.current_setting('server_version_num') as server_version_num,
       pg_catalog.current_database() as database, current_user as role, session_user as login,
       (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser,
       pg_catalog.pg_is_in_recovery() as standby,
       pg_catalog.current_setting('default_transaction_read_only') as read_only,
       -- how many locks all sessions together can hold; the manual, "max_locks_per_transaction"
       pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8
         * (pg_catalog.current_setting('max_connections')::pg_catalog.int8
            + pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int8) as lock_table,
       exists (select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'pg_catalog' and c.relname = 'pg_dist_partition') as citus,
       pg_catalog.current_setting('pgseq.own_schemas', true) as search_path,
       exists (select 1 from pg_catalog.pg_namespace n where n.nspname = 'pgseq')
         or exists (select 1 from pg_catalog.pg_trigger t where pg_catalog.starts_with(t.tgname::pg_catalog.text, 'pgseq_guard_')) as guarded
