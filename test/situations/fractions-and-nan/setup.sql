-- law: healthy
-- A fraction never collides, and NaN is no maximum.
create sequence ids;
create table t (id numeric primary key default nextval('ids'));
insert into t values (1), (10.7), ('NaN');
select setval('ids', 10);
