-- law: healthy
-- Clients draw with INCREMENT 50. Whether 60 is taken by the next block depends on which block a value stands for.
create table t (id bigint primary key);
create sequence t_seq increment 50 owned by t.id;
select setval('t_seq', 51);
insert into t values (60);
