insert into contacts (name) values ('c');
