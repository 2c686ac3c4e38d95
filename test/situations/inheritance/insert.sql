insert into base (v) values ('b');
