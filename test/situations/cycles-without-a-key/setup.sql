-- law: incurable
-- exit: 0
-- Nothing says that its values are to be unique.
create sequence slots as integer cycle;
create table t (at int, slot int default nextval('slots'), primary key (at, slot));
insert into t select 1, generate_series(1, 15);
