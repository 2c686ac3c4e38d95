-- law: cured
-- Old rows are gone; what is left is a real end of the table, not a few accidents.
create table t (id serial primary key);
insert into t select generate_series(2000000000, 2000000200);
