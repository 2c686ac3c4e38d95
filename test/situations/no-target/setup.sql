-- law: incurable
-- The greatest value itself is taken: there is nothing beyond it to move to.
create table t (id smallserial primary key);
insert into t select generate_series(32700, 32767);
