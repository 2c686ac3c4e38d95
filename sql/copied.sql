-- copied: how many bytes the COPYs that run in this database have read, of all sessions that the role may see. Since 14 the server tells.
select pg_catalog.sum(p.bytes_processed)::pg_catalog.int8 as bytes
from pg_catalog.pg_stat_progress_copy p
where p.datname = pg_catalog.current_database() and p.command = 'COPY FROM'
