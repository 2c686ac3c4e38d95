insert into "select" default values;
