-- law: cured
create sequence ids as int;
create domain autoid as int default nextval('public.ids');
create domain named_id as autoid check (value > 0);
create table t (id named_id primary key);
insert into t select generate_series(1, 5);
