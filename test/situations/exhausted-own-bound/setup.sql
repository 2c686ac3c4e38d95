-- law: incurable
-- advised: 0
-- A bound that somebody set, on an integer column: the sequence needs no bigint that the column could not follow.
create table kid (id int generated always as identity (maxvalue 10) primary key);
insert into kid overriding system value select generate_series(1, 10);
select setval('kid_id_seq', 10);
