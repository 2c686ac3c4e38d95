insert into users (name) values ('Grace');
