-- law: cured
-- It was drawn from, and restarted.
create table t (id serial primary key);
insert into t select from generate_series(1, 5);
alter sequence t_id_seq restart;
