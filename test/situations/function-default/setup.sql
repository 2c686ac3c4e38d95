-- law: cured
-- since: 14
create sequence ids as int;
create function new_id() returns int language sql begin atomic select nextval('ids'); end;
create table t (id int primary key default new_id());
insert into t select generate_series(1, 5);
