-- suggest: for sequences that feed no column, the column that the name speaks of: <table>_seq and <table>_<column>_seq,
-- where <column> is the single-column integer key of <table> in the same schema. `free`: nothing else that the catalogs know
-- gives that column its values, neither a default nor an identity nor the row of another table that it refers to.
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.sequences     JSON array of sequence oids
select s.oid as sequence_oid,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || '.' || pg_catalog.quote_ident(a.attname) as column_display,
       not a.atthasdef and a.attidentity = ''
       and not exists (select from pg_catalog.pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey)) as free
from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.sequences')::pg_catalog.jsonb) e
join pg_catalog.pg_class s on s.oid = e.value::oid
join pg_catalog.pg_namespace n on n.oid = s.relnamespace
join pg_catalog.pg_class c on c.relnamespace = s.relnamespace and c.relkind in ('r', 'p')
join pg_catalog.pg_index x on x.indrelid = c.oid and x.indisprimary and x.indnkeyatts = 1
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
 and a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
where s.relname in (c.relname || '_seq', c.relname || '_' || a.attname || '_seq')
order by 1, 2
