insert into events default values;
