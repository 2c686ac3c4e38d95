-- Whether more than ten ids are stored from half on, up to the bound: then they are the table's end, and not accidents. It reads
-- the table only where it and all that inherits from it belong to who reads: planning runs what owners wrote into indexes, with
-- the rights of who plans.
create or replace function pgseq.has_rows_beyond(relation pg_catalog.regclass, column_name pg_catalog.text, half pg_catalog.numeric, bound pg_catalog.numeric)
returns pg_catalog.bool language plpgsql
set search_path = pg_catalog, pg_temp
as $pgseq$
-- version: 3
declare
  stored bigint;
begin
  if exists (
    with recursive tree (oid) as (select relation::oid union select h.inhrelid from tree t join pg_inherits h on h.inhparent = t.oid)
    select from tree t join pg_class r on r.oid = t.oid where pg_get_userbyid(r.relowner) <> current_user)
  then
    return false;
  end if;
  execute format('select count(*) from (select from %s where %I between $1 and $2 limit 11) x', relation, column_name)
    into stored using least(half, bound), greatest(half, bound);
  return stored > 10;
end
$pgseq$;
