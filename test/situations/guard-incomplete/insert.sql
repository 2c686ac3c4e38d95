insert into visits (day) values ('2027-05-01');
insert into invoices default values;
