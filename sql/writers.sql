-- writers: the open transactions that may have written to some relations, or to a partition or child of them.
-- One row per transaction. Prepared transactions hold their locks without a process: pid is null, and gid names them.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--
-- The recursion goes level by level, in one row for all of a level: why, foreign tells.
with recursive
tree (relids) as (
  select array(select e.value::oid from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e)
  union all
  select n.relids
  from tree t
  cross join lateral (
    select pg_catalog.array_agg(distinct h.inhrelid) as relids
    from pg_catalog.unnest(t.relids) l (relid)
    join pg_catalog.pg_inherits h on h.inhparent = l.relid
  ) n
  where n.relids is not null
),
held as (
  select l.virtualtransaction, l.pid, min(l.relation::pg_catalog.regclass::text) as relation
  from pg_catalog.pg_locks l
  where l.locktype = 'relation' and l.granted
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.relation in (select r.relid from tree t cross join lateral pg_catalog.unnest(t.relids) r (relid))
  group by l.virtualtransaction, l.pid
)
select h.virtualtransaction, h.pid, h.relation,
       a.usename, a.application_name, a.state,
       pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, p.prepared)))::pg_catalog.int8 as age,
       p.gid
from held h
left join pg_catalog.pg_stat_activity a on a.pid = h.pid
left join lateral (
  select x.gid, x.prepared
  from pg_catalog.pg_locks t
  join pg_catalog.pg_prepared_xacts x on x.transaction = t.transactionid
  where h.pid is null and t.pid is null and t.locktype = 'transactionid' and t.virtualtransaction = h.virtualtransaction
  limit 1
) p on true
order by age desc nulls last, h.pid
