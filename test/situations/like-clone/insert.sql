insert into a default values; insert into b default values;
