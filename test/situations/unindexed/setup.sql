-- law: cured
create table t (id serial, v text);
insert into t (id) select generate_series(1, 8);
