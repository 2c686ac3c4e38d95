-- law: cured
-- LIKE INCLUDING DEFAULTS: the clone draws from the original's sequence.
create table a (id serial primary key);
create table b (like a including defaults);
alter table b add primary key (id);
insert into b select generate_series(1, 7);
