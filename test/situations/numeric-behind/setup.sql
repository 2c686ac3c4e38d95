-- law: cured
create sequence ids;
create table t (id numeric(20, 2) primary key default nextval('ids'));
insert into t values (1), (5), (10.7);
alter sequence ids maxvalue 999999999999999999;
