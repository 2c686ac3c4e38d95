-- law: healthy
-- A migration lost the sequences. What has its values from elsewhere by design is not meant.
create table alert (id bigint not null primary key);
insert into alert values (1), (41);
create table "Empty" (id int primary key);
create table profile (alert_id bigint primary key references alert);
create table pairs (a int, b int, primary key (a, b));
create table words (word text primary key);
create table measured (id int, at date, primary key (id)) partition by range (id);
create table measured_1 partition of measured for values from (1) to (100);
create table kids () inherits ("Empty");
alter table kids add primary key (id);
create table doubled (half int, id int generated always as (half * 2) stored primary key);
create function numbered() returns trigger language plpgsql as 'begin new.id := 1; return new; end';
create table by_trigger (id int primary key);
create trigger number before insert on by_trigger for each row execute function numbered();
