-- law: cured
-- 1,096 of 115 million is not far.
create table t (id bigserial primary key);
insert into t values (115000000);
insert into t select 115000000 - n from generate_series(1, 1095) n;
select setval('t_id_seq', 114998904);
