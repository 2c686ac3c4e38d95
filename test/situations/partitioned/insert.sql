insert into logs (k) select 1 from generate_series(1, 40);
