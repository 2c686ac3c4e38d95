-- holders: the open transactions that hold a lock on some sequences which keeps ALTER SEQUENCE waiting: whoever called
-- nextval, setval or currval in a transaction that is not over yet. Same columns as writers.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.sequences     JSON array of sequence oids
select l.virtualtransaction, l.pid, min(l.relation::pg_catalog.regclass::text) as relation,
       a.usename, a.application_name, a.state,
       pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, p.prepared)))::pg_catalog.int8 as age,
       p.gid
from pg_catalog.pg_locks l
left join pg_catalog.pg_stat_activity a on a.pid = l.pid
left join lateral (
  select x.gid, x.prepared
  from pg_catalog.pg_locks t
  join pg_catalog.pg_prepared_xacts x on x.transaction = t.transactionid
  where l.pid is null and t.pid is null and t.locktype = 'transactionid' and t.virtualtransaction = l.virtualtransaction
  limit 1
) p on true
where l.locktype = 'relation' and l.granted
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  and l.pid is distinct from pg_catalog.pg_backend_pid()
  and l.relation in (select e.value::oid from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.sequences')::pg_catalog.jsonb) e)
group by l.virtualtransaction, l.pid, a.usename, a.application_name, a.state, a.xact_start, p.gid, p.prepared
order by age desc nulls last, l.pid
