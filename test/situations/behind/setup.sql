-- law: cured
-- A restored table: the rows came with their ids, the sequence did not come along.
create table users (id serial primary key, email text);
insert into users (id, email) select i, 'user ' || i from generate_series(4, 16) i;
