-- law: cured
-- options: --trust-owners
-- The index expression needs its author's search_path: under the hardened one the table cannot even be planned.
create function inner_shout(text) returns text language sql immutable as 'select upper($1)';
create function shout(text) returns text language sql immutable as 'select public.inner_shout($1)';
create table t (id serial primary key, name text);
create index on t (shout(name));
insert into t (id) values (1), (2);
create or replace function shout(text) returns text language sql immutable as 'select inner_shout($1)';
alter function shout owner to situation_owner;
