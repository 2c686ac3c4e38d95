-- law: healthy
-- options: --link public.t_seq=public.t.id@below
-- The last value that can be drawn is 951, which stands for 902 to 951: 960 is never handed out.
create table t (id bigint primary key);
create sequence t_seq increment 50 maxvalue 1000;
select setval('t_seq', 101);
insert into t values (51), (960);
