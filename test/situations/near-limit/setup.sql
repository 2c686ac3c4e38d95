-- law: healthy
create table t (id smallserial primary key);
insert into t values (30000);
select setval('t_id_seq', 30000);
