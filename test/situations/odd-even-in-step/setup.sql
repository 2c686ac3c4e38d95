-- law: healthy
-- The other server is far ahead with its even ids, which this sequence never hands out.
create table t (id int primary key);
create sequence t_id_seq as int increment 2 owned by t.id;
alter table t alter id set default nextval('t_id_seq');
insert into t default values;
insert into t values (2), (4), (6), (100);
