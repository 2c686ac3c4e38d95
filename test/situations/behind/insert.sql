insert into users (email) values ('new');
