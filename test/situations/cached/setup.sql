-- law: cured
-- Sessions keep values in their caches; only a lock makes them draw anew.
create table orders (id serial primary key, note text);
alter sequence orders_id_seq cache 32;
insert into orders (id) select generate_series(1, 40);
