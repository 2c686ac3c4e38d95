-- law: cured
-- Two servers share the ids: this one hands out the odd. It must stay odd.
create table t (id int primary key);
create sequence t_id_seq as int increment 2 owned by t.id;
alter table t alter id set default nextval('t_id_seq');
insert into t values (1), (2), (3), (4), (9), (10);
