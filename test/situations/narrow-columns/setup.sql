-- law: healthy
-- An old Rails application: bigint sequences under integer columns, hardly used.
create sequence a_seq; create table a (id int primary key default nextval('a_seq'));
create sequence b_seq; create table b (id int primary key default nextval('b_seq'));
create sequence c_seq; create table c (id int primary key default nextval('c_seq'));
create sequence d_seq increment -1; create table d (id int primary key default nextval('d_seq'));
