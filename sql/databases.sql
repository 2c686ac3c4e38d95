-- databases: those of the server that sessions may be opened in. Templates are there to be copied, and what was dropped halfway
-- (datconnlimit -2, since July 2023) can only be dropped again.
select d.datname as name
from pg_catalog.pg_database d
where d.datallowconn and not d.datistemplate and d.datconnlimit <> -2
order by d.datname
