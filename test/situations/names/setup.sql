-- law: cured
create schema "Sché ma.""x'y";
create table "Sché ma.""x'y"."T able.""é'\t%s" ("Id ""q'é\n" serial primary key);
insert into "Sché ma.""x'y"."T able.""é'\t%s" values (1), (2);
create table "select" ("from" serial primary key);
insert into "select" values (1);
create table "line
break" (id serial primary key);
insert into "line
break" values (1);
