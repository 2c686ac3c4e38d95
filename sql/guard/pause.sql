-- Silences all guards for what this transaction does, and no longer: the setting names the transaction, so that a plain SET,
-- which a pooler would hand on to the next client, silences nothing.
create or replace function pgseq.pause() returns void language sql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
select set_config('pgseq.paused', pg_current_xact_id()::text, true)
$pgseq$;
