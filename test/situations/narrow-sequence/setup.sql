-- law: healthy
-- ALTER COLUMN TYPE on a serial column leaves the sequence an integer.
create table t (id serial primary key);
alter table t alter id type bigint;
insert into t default values;
