-- law: healthy
-- The column owns one sequence and draws from another: only the other one counts.
create table t (id serial primary key);
create sequence real_ids as int;
alter table t alter id set default nextval('real_ids');
insert into t select from generate_series(1, 5);
