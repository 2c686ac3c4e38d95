-- law: healthy
create table t (id serial primary key);
insert into t select generate_series(1, 7);
select setval('t_id_seq', 2147483000);
