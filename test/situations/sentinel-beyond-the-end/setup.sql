-- law: healthy
-- A placeholder row with the greatest integer lies beyond what the sequence can ever hand out.
create table t (id int primary key);
create sequence t_id_seq as int maxvalue 1000000 owned by t.id;
alter table t alter id set default nextval('t_id_seq');
insert into t default values;
insert into t values (2147483647);
