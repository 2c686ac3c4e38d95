-- law: incurable
-- advised: 0
create table deleted_blocks (id serial primary key);
select setval('deleted_blocks_id_seq', 2147483647);
