create table users (id bigint generated always as identity primary key, name text not null);
create table posts (id bigserial primary key, user_id bigint not null references users, title text);
create table imports (id bigserial primary key, at timestamptz not null default now(), rows bigint not null);
