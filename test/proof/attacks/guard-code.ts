import { type Attack, attach } from './guard-attack.ts';

// Code of Mallory's that a guard would run with the rights of its owner.

/** A type of Mallory's, with a cast to a number that is more than a cast. */
const ownType = (name: string, definition: string, target: string, as: 'implicit' | 'assignment'): string => `
  create type shop.${name} as ${definition};
  create function shop.cast_${name}(shop.${name}) returns ${target} language plpgsql as
    $$ begin perform shop.mark('${name} ${as}'); return 5; end $$;
  create cast (shop.${name} as ${target}) with function shop.cast_${name}(shop.${name}) as ${as};
  create function shop.int_${name}(shop.${name}) returns bigint language plpgsql as
    $$ begin perform shop.mark('${name} ${as}'); return 5; end $$;
  create cast (shop.${name} as bigint) with function shop.int_${name}(shop.${name}) as assignment;
  create table shop.t (id shop.${name});`;

const marking = (via: string, result: string): string =>
  `language plpgsql immutable as $$ begin perform shop.mark('${via}'); return ${result}; end $$`;

/** Mallory's view or table in the place of the rows just stored. */
function instead(name: string, make: string, more: Partial<Attack> = {}): Attack {
  return {
    name,
    steps: [
      ['mallory', make],
      [
        'mallory',
        `set search_path = shop, pg_catalog, public; create table shop.t (id bigint);
         ${attach('shop.t', 'for each statement')}; insert into shop.t values (5)`,
      ],
    ],
    ...more,
  };
}

/** Something of Mallory's that is found before PostgreSQL's own, by who inserts into the victim's own table. */
function ahead(name: string, make: string, path = 'shop, pg_catalog'): Attack {
  return { name, steps: [['mallory', `${make}; set search_path = ${path}; insert into sales.v (id) values (5)`]] };
}

function cast(
  name: string,
  as: 'implicit' | 'assignment',
  definition: string,
  value: string,
  how: string,
  more: Partial<Attack> = {},
): Attack {
  return {
    ...more,
    name: `${name} ${as}`,
    steps: [
      [
        'mallory',
        `${ownType(name, definition, 'numeric', as)} ${attach('shop.t', how)}; insert into shop.t values (${value})`,
      ],
    ],
  };
}
const eachRow = 'for each row';

/** An index of Mallory's, which planning runs: when an id is far out, a guard looks whether there are more of them. */
function indexed(name: string, steps: Attack['steps']): Attack {
  return { name, apart: true, steps };
}
const farOut = '7000000000000000000';

export const codeAttacks: readonly Attack[] = [
  instead('view', "create view shop.inserted as select shop.evil('view')::bigint as id"),
  instead('temporary view', "create view pg_temp.inserted as select shop.evil('temporary view')::bigint as id"),
  instead('view with i', "create view shop.inserted as select shop.evil('view with i')::bigint as id, 1 as i"),
  instead(
    'view of records',
    "create type shop.pair as (id bigint); create view shop.inserted as select shop.evil('view of records')::bigint as id, row(1)::shop.pair as i",
  ),
  instead('index', "create table shop.inserted (id bigint); create index on shop.inserted ((shop.evil('index')))", {
    apart: true,
  }),
  instead(
    'temporary index',
    "create temporary table inserted (id bigint); create index on inserted ((shop.evil('temporary index')))",
  ),
  instead(
    'partition key',
    `create table shop.inserted (id bigint) partition by range ((id + shop.evil('partition key')));
     create table shop.part partition of shop.inserted default`,
    { apart: true },
  ),
  instead(
    'statistics',
    "create table shop.inserted (id bigint, b int); create statistics shop.st on (id + shop.evil('statistics')), b from shop.inserted",
    { since: 14 },
  ),
  {
    name: 'trigger replaced',
    since: 14,
    steps: [
      [
        'mallory',
        `create table shop.t (id bigint); create view shop.inserted as select shop.evil('trigger replaced')::bigint as id;
         set search_path = shop, pg_catalog, public; ${attach('shop.t')}; insert into shop.t values (5);
         create or replace trigger borrowed after insert on shop.t for each statement execute function {call};
         insert into shop.t values (6)`,
      ],
    ],
  },
  {
    name: 'row of a view',
    steps: [
      [
        'mallory',
        `${ownType('far', '(v int)', 'numeric', 'assignment').replaceAll('far assignment', 'row of a view')}
         create view shop.seen as select * from shop.t;
         create trigger borrowed instead of insert on shop.seen for each row execute function {call};
         insert into shop.seen values (row(5)::shop.far)`,
      ],
    ],
  },
  cast('composite', 'assignment', '(v bigint)', 'row(5)::shop.composite', eachRow),
  cast('enum', 'implicit', "enum ('a')", "'a'", eachRow),
  cast('enum', 'assignment', "enum ('a')", "'a'", eachRow),
  cast(
    'composite',
    'implicit',
    '(v bigint)',
    'row(5)::shop.composite',
    'referencing new table as inserted for each statement',
    { until: 17 }, // 18 has a maximum of rows
  ),
  cast('range', 'assignment', 'range (subtype = int)', "'[1,2]'", eachRow),
  {
    name: 'constraint trigger',
    steps: [
      [
        'mallory',
        `${ownType('late', '(v bigint)', 'numeric', 'assignment').replaceAll('late assignment', 'constraint trigger')}
         create constraint trigger borrowed after insert on shop.t deferrable initially deferred for each row execute function {call};
         insert into shop.t values (row(5)::shop.late); set constraints all immediate`,
      ],
    ],
  },
  {
    name: 'type altered',
    apart: true,
    steps: [
      [
        'mallory',
        `create table shop.t (id bigint); ${attach('shop.t', eachRow)}; insert into shop.t values (5); drop table shop.t`,
      ],
      [
        'mallory',
        `create table shop.t (id bigint); ${attach('shop.t', eachRow)}; alter table shop.t rename to old;
         ${ownType('later', '(v bigint)', 'numeric', 'assignment').replaceAll('later assignment', 'type altered')}
         drop table shop.t; alter table shop.old rename to t; alter table shop.t alter id type shop.later using row(id)::shop.later`,
      ],
      ['mallory', 'insert into shop.t values (row(6)::shop.later)'],
    ],
  },
  {
    name: 'aggregate of a type',
    steps: [
      [
        'mallory',
        `create domain shop.number as bigint; create table shop.t (id shop.number);
         create function shop.larger(bigint, shop.number) returns bigint ${marking('aggregate of a type', '$2')};
         create aggregate shop.max (shop.number) (sfunc = shop.larger, stype = bigint);
         set search_path = shop, pg_catalog; ${attach('shop.t')}; insert into shop.t values (5)`,
      ],
    ],
  },
  ahead('record', "create domain shop.record as int check (shop.mark('record') = 1)"),
  ahead('temporary record', "create domain pg_temp.record as int check (shop.mark('temporary record') = 1)", 'public'),
  ahead(
    'temporary regclass',
    "create domain pg_temp.regclass as pg_catalog.regclass check (shop.mark('temporary regclass') = 1)",
    'public',
  ),
  ahead(
    'max',
    `create function shop.larger(bigint, bigint) returns bigint ${marking('max', '$2')};
     create aggregate shop.max (bigint) (sfunc = shop.larger, stype = bigint)`,
  ),
  ahead('to_regclass', `create function shop.to_regclass(text) returns regclass ${marking('to_regclass', 'null')}`),
  ahead('setting', `create function shop.current_setting(text, boolean) returns text ${marking('setting', "''")}`),
  ahead('format', `create function shop.format(text, regclass) returns text ${marking('format', "'select 1'")}`),
  ahead('paused', '', "public; set pgseq.paused = 'shop.mark(''paused'')'"),
  indexed('index of a partition', [
    [
      'postgres',
      `create table sales.w (id bigserial, name text) partition by list (name); create table sales.a partition of sales.w for values in ('a');
       create table sales.c partition of sales.w default; alter table sales.c owner to mallory; grant insert on sales.w to mallory;
       grant create on schema sales to mallory; {guard sales.w}`,
    ],
    ['mallory', "create index on sales.c ((shop.evil('index of a partition')))"],
    ['mallory', `insert into sales.w values (${farOut}, 'a')`],
  ]),
  indexed('index of a child', [
    [
      'postgres',
      `create table sales.w (id bigserial, name text); create table sales.b () inherits (sales.w); create table sales.c () inherits (sales.b);
       alter table sales.c owner to mallory; grant insert on sales.w to mallory; grant create on schema sales to mallory; {guard sales.w}`,
    ],
    ['mallory', "create index on sales.c ((shop.evil('index of a child')))"],
    ['mallory', `insert into sales.w values (${farOut})`],
  ]),
  indexed('index of who borrows', [
    ['postgres', 'grant usage, update on sequence sales.v_id_seq to mallory'],
    [
      'mallory',
      `create table shop.t (id bigint default nextval('sales.v_id_seq')); create table shop.c () inherits (shop.t); ${attach('shop.t')};
       create index on shop.c ((shop.evil('index of who borrows')))`,
    ],
    ['mallory', `insert into shop.t values (${farOut})`],
  ]),
  {
    name: 'sequence that is a view',
    steps: [
      [
        'mallory',
        `create view shop.s as select shop.evil('sequence that is a view')::bigint as last_value, true as is_called;
         create table shop.t (id bigint);
         create trigger borrowed after insert on shop.t referencing new table as inserted for each statement execute function {call shop.s};
         insert into shop.t values (0)`,
      ],
    ],
  },
];
