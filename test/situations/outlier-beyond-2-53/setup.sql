-- law: incurable
-- exit: 0
create table t (id bigserial primary key);
insert into t default values;
insert into t values (9007199254740993);
