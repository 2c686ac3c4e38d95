-- law: cured
create table invoices (id bigint generated always as identity primary key, total int);
insert into invoices (total) values (1), (2);
insert into invoices (id, total) overriding system value select i, i from generate_series(3, 40) i;
