-- The furthest of the ids from half on, up to the bound, that finished transactions have left in the table; null where they are
-- fewer than ten. What a transaction stores itself it may still take back, so it proves nothing: in it somebody who may insert,
-- and no more, would take the sequence to its end. Reads the table where pgseq.has_rows_beyond reads it.
create or replace function pgseq.committed(relation pg_catalog.regclass, column_name pg_catalog.text, half pg_catalog.numeric, bound pg_catalog.numeric)
returns pg_catalog.numeric language plpgsql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
declare
  own constant bigint := pg_current_xact_id()::text::bigint;
  stored record;
begin
  if exists (
    with recursive tree (oid) as (select relation::oid union select h.inhrelid from tree t join pg_inherits h on h.inhparent = t.oid)
    select from tree t join pg_class r on r.oid = t.oid where pg_get_userbyid(r.relowner) <> current_user)
  then
    return null;
  end if;
  -- xmin has the low 32 bits of a transaction of the last 2^31; a status that is not known any more is that of an old one
  execute format('select count(*) as rows, %3$s(id)::numeric as furthest from (
      select x.%2$I as id from %1$s x where x.%2$I between $1 and $2
      and coalesce(pg_xact_status(((($3 - (($3 - x.xmin::text::bigint) & 4294967295)))::text)::xid8), ''committed'') = ''committed''
    ) x', relation, column_name, case when half <= bound then 'max' else 'min' end)
    into stored using least(half, bound), greatest(half, bound), own;
  return case when stored.rows >= 10 then stored.furthest end;
end
$pgseq$;
