-- law: incurable
-- advised: 0
-- A bigint sequence set beyond its integer column, whose ids reach 7.
create table t (id int primary key);
create sequence t_id_seq owned by t.id;
alter table t alter id set default nextval('t_id_seq');
insert into t select generate_series(1, 7);
select setval('t_id_seq', 5000000000);
