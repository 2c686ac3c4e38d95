-- law: cured
-- options: --link public.t_seq=public.t.id@below
-- The next value, 101, stands for 52 to 101, and 60 is stored.
create table t (id bigint primary key);
create sequence t_seq increment 50;
select setval('t_seq', 51);
insert into t values (60);
