-- law: incurable
-- exit: 1
-- fix-exit: 2
-- options: --role situation_reader
-- One of two columns cannot be read; what the other shows is enough to say that it is behind, and nobody may move it.
create sequence ids as int;
create table a (id int primary key default nextval('ids'));
create table b (id int primary key default nextval('ids'));
insert into a values (1), (2), (3);
insert into b values (9);
grant select on sequence ids to situation_reader;
grant select on a to situation_reader;
