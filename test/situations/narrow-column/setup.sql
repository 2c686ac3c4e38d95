-- law: healthy
create sequence ids;
create table t (id int primary key default nextval('ids'));
insert into t default values;
