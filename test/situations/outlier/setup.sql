-- law: incurable
-- exit: 0
-- Somebody typed a phone number into the id.
create table contacts (id serial primary key, name text);
insert into contacts (name) values ('a'), ('b');
insert into contacts (id, name) values (1735551234, 'mistyped');
