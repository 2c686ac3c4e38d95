-- law: incurable
-- advised: 0
create sequence down as smallint increment -2 start -1;
create table t (id smallint primary key default nextval('down'));
insert into t values (-1), (-3), (-6);
select setval('down', -32767);
