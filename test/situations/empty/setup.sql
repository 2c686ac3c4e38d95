-- law: healthy
create table t (id serial primary key);
create table used (id serial primary key);
select setval('used_id_seq', 50);
