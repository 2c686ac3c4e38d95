-- law: cured
-- It has started again, and stands before ids that are still stored.
create sequence ids as integer maxvalue 100000 cycle;
create table t (id int primary key default nextval('ids'));
insert into t select generate_series(1, 20);
insert into t values (100000);
delete from t where id = 100000;
select setval('ids', 100000);
