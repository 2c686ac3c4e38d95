-- law: incurable
-- exit: 0
-- A view is never read: it would run its owner's code.
create table t (id int);
create view v as select id from t;
create sequence ids;
alter view v alter id set default nextval('ids');
