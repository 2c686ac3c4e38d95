insert into a.users default values; insert into b.users default values;
