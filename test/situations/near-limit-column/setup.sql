-- law: healthy
-- The sequence has plenty of room, and cycles some day; the column does not.
create sequence ids cycle;
create table t (id smallint primary key default nextval('ids'));
insert into t values (30000);
select setval('ids', 30000);
