-- law: incurable
-- exit: 2
-- options: --role situation_reader
-- A policy hides most rows; the maximum of the rest would be a lie.
create table t (id serial primary key, tenant int);
insert into t (id, tenant) select i, i % 2 from generate_series(1, 20) i;
alter table t enable row level security;
create policy one on t using (tenant = 1 and id < 5);
grant select on t to situation_reader;
grant usage, select on sequence t_id_seq to situation_reader;
