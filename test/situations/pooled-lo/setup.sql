-- law: healthy
-- options: --link public.t_seq=public.t.id@above
-- The next value, 101, stands for 101 to 150.
create table t (id bigint primary key);
create sequence t_seq increment 50;
select setval('t_seq', 51);
insert into t values (60);
