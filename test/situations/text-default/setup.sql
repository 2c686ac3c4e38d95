-- law: cured
-- The old form: no dependency, the name is looked up at every insert.
create sequence numbers as int;
create table t (id int primary key default nextval('numbers'::text));
insert into t select generate_series(1, 5);
