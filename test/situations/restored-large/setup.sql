-- law: cured
-- More than a million steps: the owner takes the lock instead.
create table events (id bigserial primary key);
insert into events values (5000000), (4999999), (3000000), (2600000), (2700000), (2800000), (2900000), (3100000), (3200000), (3300000), (3400000), (3500000);
select setval('events_id_seq', 7);
