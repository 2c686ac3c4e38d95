-- law: incurable
-- exit: 2
-- Planning a read of the table would run a function that its owner wrote.
create function shout(text) returns text language sql immutable as 'select upper($1)';
alter function shout owner to situation_owner;
create table t (id serial primary key, name text);
create index on t (shout(name));
insert into t (id) values (1), (2);
