-- law: incurable
-- exit: 0
create sequence slots maxvalue 10 cycle;
create table t (slot int default nextval('slots'));
insert into t select from generate_series(1, 15);
