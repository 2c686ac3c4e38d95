-- law: incurable
-- A phone number among the ids, and ids ahead that are none.
create table contacts (id serial primary key);
insert into contacts select generate_series(1, 20);
insert into contacts values (1735551234);
select setval('contacts_id_seq', 5);
