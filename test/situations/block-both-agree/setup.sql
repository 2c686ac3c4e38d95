-- law: cured
-- Below or above: the next block is taken either way.
create table t (id bigint primary key);
create sequence t_seq increment 50 owned by t.id;
insert into t select generate_series(1, 130);
