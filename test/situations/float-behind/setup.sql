-- law: cured
create sequence ids maxvalue 9007199254740992;
create table t (id double precision primary key default nextval('ids'));
insert into t values (3), (4.5), ('Infinity'), ('NaN'), ('-Infinity');
