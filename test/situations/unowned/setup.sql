-- law: healthy
create sequence numbers as int;
create table t (id int primary key default nextval('numbers'));
insert into t default values;
