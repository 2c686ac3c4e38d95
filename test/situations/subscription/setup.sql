-- law: healthy
-- PostgreSQL 19 keeps sequences of a subscription in pg_subscription_rel; the row alone is what there is to see.
create table t (id serial primary key);
insert into t default values;
set allow_system_table_mods = on;
insert into pg_subscription_rel (srsubid, srrelid, srsubstate) values (1, 't_id_seq'::regclass, 'r');
