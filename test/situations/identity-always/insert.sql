insert into invoices (total) values (3);
