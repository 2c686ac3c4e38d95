-- What PostgreSQL 15 adds.
set search_path = n;
create unlogged sequence l_us; insert into public.expect values('n.l_us',null,null,'none','unlogged sequence');
