-- law: cured
-- More than 2^32 values: it is judged like any other.
create sequence ids maxvalue 99999999999 cycle;
create table t (id bigint primary key default nextval('ids'));
insert into t select generate_series(1, 20);
