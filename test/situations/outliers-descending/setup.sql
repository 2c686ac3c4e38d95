-- law: incurable
-- exit: 0
create sequence down as int increment -1;
create table t (id int primary key default nextval('down'));
insert into t default values;
insert into t values (-2000000001), (-2000000000);
