-- public.events_id_seq: the next value becomes 5000001
-- inserts that use it wait until this is committed, and up to 100 ms more for the lock
begin isolation level read committed read write;
set local search_path = pg_catalog, pg_temp;
set local row_security = off;
set local statement_timeout = 1000;
set local lock_timeout = 100;
set local jit = off;
set local constraint_exclusion = off;
set local idle_in_transaction_session_timeout = 2000;
select pg_catalog.set_config('synchronous_commit', 'on', true) where pg_catalog.current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
alter sequence "public"."events_id_seq" cache 1;
select pg_catalog.setval('"public"."events_id_seq"', 5000000, true) from "public"."events_id_seq" s where case when s.is_called then s.last_value::numeric + 1 else s.last_value end < 5000001;
commit;
