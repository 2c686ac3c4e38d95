-- law: healthy
-- options: --role situation_reader
-- A schema without USAGE is out of scope, and counted.
create schema secret;
create table secret.t (id serial primary key);
insert into secret.t values (1);
