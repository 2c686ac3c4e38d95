-- law: healthy
-- An application takes each value for a block of 50 ids and nobody told pgseq.
create table t (id int primary key);
create sequence t_id_seq as int increment 50 owned by t.id;
alter table t alter id set default nextval('t_id_seq');
insert into t default values;
insert into t select generate_series(2, 120);
delete from t where id in (51, 101);
