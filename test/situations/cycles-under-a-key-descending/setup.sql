-- law: cured
create sequence ids as integer increment -1 cycle;
create table t (id int unique default nextval('ids'));
insert into t select -generate_series(1, 100);
