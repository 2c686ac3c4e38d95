/** One way of having one's code run by others: who makes what, and what people paste that falls for it. */
export interface Vector {
  readonly via: string;
  /** What the victims have made themselves before. */
  readonly ours?: string;
  /** What Mallory makes. */
  readonly planted: string;
  readonly naive: string;
  /** Who falls for it: the superuser, unless told. */
  readonly victim?: 'reader';
  /** The first major in which it exists. */
  readonly since?: number;
}

const table = (name: string): string =>
  `create table shop.${name} (id serial primary key, name text); insert into shop.${name} (id) values (1), (2), (5);`;
const max = (name: string): string => `select max(id) from ${name}`;
const trial = (name: string): string => `begin; insert into ${name} (id) values (99); rollback`;

/** The query of PostgreSQL's wiki, "Fixing Sequences": its first step, which writes the statements of the second. */
const wiki = `
  select 'select setval(' || quote_literal(quote_ident(pgt.schemaname) || '.' || quote_ident(s.relname)) || ', coalesce(max('
    || quote_ident(c.attname) || '), 1)) from ' || quote_ident(pgt.schemaname) || '.' || quote_ident(t.relname) || ';'
  from pg_class s, pg_depend d, pg_class t, pg_attribute c, pg_tables pgt
  where s.relkind = 'S' and s.oid = d.objid and d.refobjid = t.oid and d.refobjid = c.attrelid and d.refobjsubid = c.attnum
    and t.relname = pgt.tablename
  order by s.relname`;

export const vectors: readonly Vector[] = [
  {
    via: 'index expression',
    planted: `${table('indexed')} create index on shop.indexed ((shop.evil('index expression')))`,
    naive: `begin read only; ${max('shop.indexed')}; rollback`,
  },
  {
    via: 'index predicate',
    planted: `${table('partial')} create index on shop.partial (id) where shop.evil('index predicate') = 1`,
    naive: "select setval('shop.partial_id_seq', (select max(id) from shop.partial))",
  },
  {
    via: 'statistics',
    planted: `${table('counted')} create statistics shop.counted on (id + shop.evil('statistics')), name from shop.counted`,
    naive: max('shop.counted'),
    since: 14,
  },
  {
    via: 'partition key',
    planted: `create table shop.parted (id serial, name text) partition by range ((id + shop.evil('partition key')));
      create table shop.parted_all partition of shop.parted default; insert into shop.parted (id) values (5)`,
    naive: max('shop.parted'),
  },
  {
    via: 'partition of ours',
    ours: `create table public.ours (id serial, name text) partition by list (name);
      create table public.ours_all partition of public.ours default; alter table public.ours_all owner to mallory;
      insert into public.ours (id) values (5)`,
    planted: "create index on public.ours_all ((shop.evil('partition of ours')))",
    naive: max('public.ours'),
  },
  {
    via: 'child of ours',
    ours: `create table public.parent (id serial primary key); create table public.child () inherits (public.parent);
      insert into public.parent (id) values (5); alter table public.child owner to mallory`,
    planted: "create index on public.child ((shop.evil('child of ours')))",
    naive: max('public.parent'),
  },
  {
    // Planning computes what is constant in a CHECK, to tell whether the rows can be any
    via: 'check constraint',
    planted: `${table('limited')} alter table shop.limited add check (shop.evil('check constraint') = 1 and id > 0)`,
    naive: `set constraint_exclusion = on; ${max('shop.limited')} where id > 0; reset constraint_exclusion`,
  },
  {
    via: 'check constraint of a child of ours',
    ours: `create table public.elder (id serial primary key); create table public.younger () inherits (public.elder);
      insert into public.elder (id) values (5); alter table public.younger owner to mallory`,
    planted: "alter table public.younger add check (shop.evil('check constraint of a child of ours') = 1 and id > 0)",
    naive: `${max('public.elder')} where id > 0`,
  },
  {
    via: 'view',
    planted: `create sequence shop.seen; create view shop.view as select shop.evil('view') as id;
      alter view shop.view alter id set default nextval('shop.seen')`,
    naive: max('shop.view'),
  },
  {
    via: 'sequence that is a view',
    planted:
      "create view shop.orders_id_seq as select shop.evil('sequence that is a view') as last_value, true as is_called",
    naive: 'select last_value from shop.orders_id_seq',
  },
  {
    via: 'policy',
    planted: `${table('secured')} alter table shop.secured enable row level security;
      create policy p on shop.secured using (shop.evil('policy') = 1)`,
    naive: max('shop.secured'),
    victim: 'reader',
  },
  {
    via: 'trigger',
    planted: `${table('triggered')} create function shop.fire() returns trigger language plpgsql as $$
        begin perform shop.mark('trigger'); return new; end $$;
      create trigger t before insert on shop.triggered for each row execute function shop.fire()`,
    naive: trial('shop.triggered'),
  },
  {
    via: 'rule',
    planted: `${table('ruled')} create rule r as on insert to shop.ruled do also select shop.mark('rule')`,
    naive: trial('shop.ruled'),
  },
  {
    via: 'default',
    planted: `${table('defaulted')} alter table shop.defaulted add extra int; alter table shop.defaulted alter extra set default shop.mark('default')`,
    naive: trial('shop.defaulted'),
  },
  {
    via: 'domain check',
    planted: `create domain shop.checked as bigint check (shop.mark('domain check') = 1);
      create table shop.domained (id shop.checked default nextval('shop.seen') primary key); insert into shop.domained values (5)`,
    naive: trial('shop.domained'),
  },
  {
    via: 'generated column',
    planted: `create table shop.generated (id serial primary key, twice int generated always as (id * shop.evil('generated column')) stored)`,
    naive: trial('shop.generated'),
  },
  {
    via: 'max of a type',
    planted: `create domain shop.number as bigint;
      create table shop.typed (id shop.number default nextval('shop.seen') primary key); insert into shop.typed values (5);
      create function shop.larger(bigint, shop.number) returns bigint language plpgsql as $$
        begin perform shop.mark('max of a type'); return $2; end $$;
      create aggregate public.max (shop.number) (sfunc = shop.larger, stype = bigint)`,
    naive: max('shop.typed'),
  },
  {
    via: 'quote_ident',
    planted: `create function public.quote_ident(name) returns text language plpgsql as $$
      begin perform shop.mark('quote_ident'); return $1; end $$`,
    naive: wiki,
  },
  {
    via: 'format',
    planted: `create function public.format(text, name) returns text language plpgsql as $$
      begin perform shop.mark('format'); return $2; end $$`,
    naive: "select format('select max(id) from %I', relname) from pg_class where relname = 'indexed'",
  },
  {
    via: 'setval',
    planted: `create function public.setval(text, bigint) returns bigint language plpgsql as $$
      begin perform shop.mark('setval'); return $2; end $$`,
    naive: "select setval('shop.indexed_id_seq', 5::bigint)",
  },
  {
    via: 'nextval',
    planted: `create function public.nextval(text) returns bigint language plpgsql as $$
      begin perform shop.mark('nextval'); return 1; end $$`,
    naive: "select nextval('shop.indexed_id_seq')",
  },
  {
    via: 'operator',
    planted: `create function shop.plus(numeric, integer) returns numeric language plpgsql as $$
        begin perform shop.mark('operator'); return $1; end $$;
      create operator public.+ (function = shop.plus, leftarg = numeric, rightarg = integer)`,
    naive: 'select last_value::numeric + 1 from shop.indexed_id_seq',
  },
  {
    via: 'operator of ours',
    ours: 'create table public.operated (id serial primary key, name text); insert into public.operated (id) values (5)',
    planted: `create function shop.join(text, text) returns int language plpgsql immutable as $$
      begin return shop.mark('operator of ours'); end $$; grant execute on function shop.join to public`,
    naive: `create operator public.<+> (function = shop.join, leftarg = text, rightarg = text);
      create index on public.operated (('a' operator(public.<+>) 'b'))`,
  },
  {
    via: 'function of ours',
    ours: 'create table public.wrapped (id serial primary key, name text); insert into public.wrapped (id) values (5)',
    planted: '',
    naive: `create function public.wrap() returns int language sql immutable begin atomic select shop.evil('function of ours'); end;
      create index on public.wrapped ((public.wrap())); ${max('public.wrapped')}`,
    since: 14,
  },
  {
    via: 'bare name',
    ours: `create schema ours; create function ours.inner_shout(text) returns text language sql immutable as 'select $1';
      create function ours.shout(text) returns text language sql immutable as 'select ours.inner_shout($1)';
      create table public.bare (id serial primary key); insert into public.bare (id) values (5);
      create index on public.bare ((ours.shout('a')));
      set check_function_bodies = off;
      create or replace function ours.shout(text) returns text language sql immutable as 'select inner_shout($1)'`,
    planted: `create function public.inner_shout(text) returns text language plpgsql immutable as $$
      begin perform shop.mark('bare name'); return $1; end $$`,
    naive: max('public.bare'),
  },
  {
    via: 'child of a foreign table',
    planted: `create sequence shop.far; create foreign table shop.far_away (id int default nextval('shop.far')) server loop options (schema_name 'public', table_name 'control');
      create table shop.near () inherits (shop.far_away); create index on shop.near ((shop.evil('child of a foreign table')))`,
    naive: max('shop.far_away'),
  },
  {
    via: 'statistics of a foreign table',
    planted: `create sequence shop.far2; create foreign table shop.far_too (id int default nextval('shop.far2'), v int) server loop options (schema_name 'public', table_name 'control');
      create statistics shop.far_too on (id + shop.evil('statistics of a foreign table')), v from shop.far_too`,
    naive: max('shop.far_too'),
    since: 14,
  },
  {
    via: 'role that was set',
    planted: `${table('acted')} create index on shop.acted ((shop.evil('role that was set')))`,
    naive: `set role mallory; ${max('shop.acted')}; reset role`,
  },
  {
    via: 'constraint exclusion',
    planted: `create table shop.excluded (id serial primary key, n int check (n > shop.evil('constraint exclusion'))); insert into shop.excluded (id) values (5)`,
    naive: 'set constraint_exclusion = on; select max(id) from shop.excluded where n < 0; reset constraint_exclusion',
  },
  {
    via: 'check constraint',
    planted: `create table shop.constrained (id serial primary key, check (shop.mark('check constraint') = id or id < 100)); insert into shop.constrained values (5)`,
    naive: trial('shop.constrained'),
  },
  {
    via: 'check that executes a text',
    planted: `create table shop.texted (id serial primary key,
      check (pg_catalog.query_to_xml('select shop.mark(''check that executes a text'')', true, true, '') is not null or id < 100)); insert into shop.texted values (5)`,
    naive: trial('shop.texted'),
  },
  {
    via: 'row type',
    planted: `create domain shop.part as int check (shop.mark('row type') = 1); create type shop.whole as (part shop.part);
      create table shop.composed (whole shop.whole, id serial primary key)`,
    naive: "begin; insert into shop.composed values ('(1)'); rollback",
  },
  {
    via: 'default with an operator',
    planted: `create function shop.both(int, int) returns int language plpgsql as $$ begin return shop.mark('default with an operator'); end $$;
      create operator shop.<+> (function = shop.both, leftarg = int, rightarg = int);
      create table shop.summed (id serial primary key, n int default 1 operator(shop.<+>) 2); insert into shop.summed (id, n) values (5, 1)`,
    naive: trial('shop.summed'),
  },
  {
    via: 'default that executes a text',
    planted: `create table shop.executed (id serial primary key, n xml);
      alter table shop.executed alter n set default pg_catalog.query_to_xml('select shop.mark(''default that executes a text'')', true, true, '')`,
    naive: trial('shop.executed'),
  },
  {
    via: 'equality of a key',
    ours: 'create table public.coded (code varchar(20) primary key, id serial); insert into public.coded values (1)',
    planted: `create function shop.same(varchar, varchar) returns boolean language plpgsql as $$
        begin perform shop.mark('equality of a key'); return true; end $$;
      grant execute on function shop.same to public; grant usage on schema shop to public;
      create operator public.= (function = shop.same, leftarg = varchar, rightarg = varchar)`,
    naive: 'select from public.coded a join public.coded b on a.code = b.code',
  },
  {
    via: 'view below a view',
    planted: "create view shop.below as select shop.evil('view below a view') as id",
    naive: 'create view public.above as select id from shop.below; select id from public.above',
  },
  {
    via: 'table below a view',
    planted: `${table('under')} create index on shop.under ((shop.evil('table below a view')))`,
    naive: 'create view public.over as select id from shop.under; select max(id) from public.over',
  },
  {
    via: 'function below a view',
    planted:
      "create function shop.near() returns int language plpgsql as $$ begin return shop.mark('function below a view'); end $$",
    naive: 'create view public.beside as select shop.near() as id; select id from public.beside',
  },
  {
    via: 'stored view',
    planted: `create materialized view shop.kept as select 1 as id; create index on shop.kept ((shop.evil('stored view')))`,
    naive: max('shop.kept'),
  },
];
