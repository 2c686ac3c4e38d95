-- law: cured
-- options: --link public.t_seq=public.t.id@above
create table t (id bigint primary key);
create sequence t_seq increment 10;
insert into t select generate_series(1, 34);
