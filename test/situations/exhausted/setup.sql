-- law: incurable
-- advised: 0
create table t (id serial primary key);
insert into t values (2147483647);
select setval('t_id_seq', 2147483647);
