-- What PostgreSQL 14 adds.
set search_path = n;
create sequence k_atomic; create function k_next2() returns bigint language sql begin atomic select nextval('n.k_atomic'); end;
create table k_f2(id bigint default n.k_next2());
insert into public.expect values ('n.k_atomic','n.k_f2','id','default_func','SQL-standard body function: dependency proc->seq');
