-- law: incurable
-- advised: 0
-- A setval too far: the ids reach 7.
create table t (id serial primary key);
insert into t select generate_series(1, 7);
select setval('t_id_seq', 2147483647);
