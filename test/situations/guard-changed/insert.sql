insert into clients (name) values ('Ada');
insert into orders (note) values ('first');
