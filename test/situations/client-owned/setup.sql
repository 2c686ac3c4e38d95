-- law: cured
-- The column owns the sequence and has no default: clients draw, then insert.
create table t (id int primary key);
create sequence t_ids as int owned by t.id;
insert into t values (1), (2), (3);
