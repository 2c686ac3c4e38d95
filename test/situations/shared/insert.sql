insert into cats default values; insert into dogs default values;
