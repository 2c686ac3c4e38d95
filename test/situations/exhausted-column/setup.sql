-- law: incurable
-- advised: 0
-- The sequence counts on where the column cannot follow.
create sequence ids;
create table t (id int primary key default nextval('ids'));
insert into t values (2147483647);
select setval('ids', 2147483647);
