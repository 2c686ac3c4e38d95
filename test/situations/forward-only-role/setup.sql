-- law: cured
-- options: --role situation_reader
create table t (id serial primary key);
insert into t select generate_series(1, 20);
grant select on t to situation_reader;
grant usage, select on sequence t_id_seq to situation_reader;
