-- law: cured
-- One sequence for two tables: the furthest of both counts.
create sequence ids as int;
create table cats (id int primary key default nextval('ids'));
create table dogs (id int primary key default nextval('ids'));
insert into cats values (1), (2);
insert into dogs select generate_series(3, 12);
select setval('ids', 2);
