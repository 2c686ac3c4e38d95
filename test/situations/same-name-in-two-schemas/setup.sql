-- law: cured
create schema a;
create schema b;
create table a.users (id serial primary key);
create table b.users (id serial primary key);
insert into a.users select from generate_series(1, 3);
insert into b.users values (1), (2);
