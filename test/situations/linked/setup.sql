-- law: cured
-- options: --link public.users_seq=public.users.id
create table users (id bigint primary key);
create sequence users_seq;
insert into users values (1), (2);
