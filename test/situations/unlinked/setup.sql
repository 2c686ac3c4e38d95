-- law: healthy
-- The application draws; only the sequence's name speaks of the column.
create table users (id bigint primary key);
create sequence users_seq;
insert into users values (1), (2);
