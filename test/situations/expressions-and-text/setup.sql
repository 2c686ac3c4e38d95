-- law: incurable
-- exit: 0
create sequence invoice_numbers;
create sequence tens;
create sequence codes;
create table t (number text default 'INV-' || nextval('invoice_numbers'), ten int default nextval('tens') * 10, code text default nextval('codes'));
insert into t default values;
