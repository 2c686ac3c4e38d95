-- law: healthy
-- The names speak of columns, and nothing stored says that anything is wrong: drawn far enough, or the column has other sources.
create table users (id bigint primary key);
create sequence users_seq;
insert into users values (1), (2);
select setval('users_seq', 2);
create table orders (id bigint generated always as identity primary key);
create sequence orders_seq;
insert into orders default values;
create table profiles (id bigint primary key references users);
create sequence profiles_seq;
insert into profiles values (1), (2);
create table blocks (id bigint primary key);
create sequence blocks_seq increment 50;
insert into blocks values (1), (2);
select nextval('blocks_seq');
create table lone (id bigint primary key);
create sequence lone_seq;
insert into lone values (9223372036854775000);
