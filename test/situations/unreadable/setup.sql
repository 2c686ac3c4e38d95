-- law: incurable
-- exit: 2
-- advised: 0
-- options: --role situation_reader
create table t (id serial primary key);
create table u (id serial primary key);
insert into t default values;
grant select on sequence t_id_seq to situation_reader;
grant select on u to situation_reader;
