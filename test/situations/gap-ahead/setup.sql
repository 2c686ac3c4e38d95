-- law: cured
-- Some inserts succeed before one fails: the first taken id is not the next.
create table t (id serial primary key);
insert into t select from generate_series(1, 4);
insert into t values (17), (18), (30);
