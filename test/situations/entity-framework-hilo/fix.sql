-- public.t_seq: the next value becomes 41
begin isolation level read committed read write;
set local search_path = pg_catalog, pg_temp;
set local row_security = off;
set local statement_timeout = 30000;
set local lock_timeout = 100;
set local jit = off;
set local constraint_exclusion = off;
select pg_catalog.set_config('synchronous_commit', 'on', true) where pg_catalog.current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
select pg_catalog.pg_sequence_last_value('"public"."t_seq"');
select d.v from (select pg_catalog.nextval('"public"."t_seq"') as v from (select pg_catalog.generate_series(1, (select least(1000000, greatest(0, pg_catalog.ceil((41 - case when s.is_called then s.last_value::numeric + 10 else s.last_value end) / 10)))::bigint from "public"."t_seq" s))) g) d where d.v >= 31 limit 1;
select pg_catalog.pg_logical_emit_message(true, 'pgseq'::text, ''::text) where pg_catalog.pg_current_xact_id_if_assigned() is null;
commit;
