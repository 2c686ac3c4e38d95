insert into settings (name) values ('second');
