-- law: cured
create sequence down increment -1;
create table t (id int primary key default nextval('down'));
insert into t values (-1), (-2), (-7);
alter sequence down owned by t.id;
alter sequence down minvalue -2147483648;
