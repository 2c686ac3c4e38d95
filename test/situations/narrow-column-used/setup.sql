-- law: healthy
create sequence ids;
create table t (id int primary key default nextval('ids'));
insert into t values (300000000);
select setval('ids', 300000000);
