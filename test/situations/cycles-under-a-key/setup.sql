-- law: cured
-- It cycles, but under a primary key, and with too many values for a ring: it is judged like any other, up to its end.
create sequence ids as integer cycle;
create table t (id int primary key default nextval('ids'));
insert into t select generate_series(1, 100);
