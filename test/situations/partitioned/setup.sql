-- law: cured
-- Two levels, and an attached partition that kept a sequence of its own: the root's sequence is judged by all of them.
create table logs (id bigserial, k int, primary key (id, k)) partition by list (k);
create table logs_1 partition of logs for values in (1);
create table logs_2 partition of logs for values in (2, 3) partition by list (k);
create table logs_23 partition of logs_2 for values in (3);
create table logs_4 (id bigserial, k int not null, primary key (id, k));
insert into logs_4 (k) select 4 from generate_series(1, 30);
alter table logs attach partition logs_4 for values in (4);
insert into logs (k) values (1), (1), (3);
