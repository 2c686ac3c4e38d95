import pg from 'pg';
import { databaseTest } from '../../support/database.ts';
import { type Case, provePromise } from '../../support/guard.ts';
import { servers } from '../../support/servers.ts';

// After any statement that stored an id of its own, ordinary inserts go on beyond it: whatever the column is called, whatever
// type it has, and whatever sequence it draws from.

const { escapeIdentifier: quoted } = pg;

// The generated function has the column's name in its code; and variables, aliases and a transition table of its own.
const columns = [
  'ID',
  'a"b',
  "a'b",
  'a.b',
  'a\\b',
  '100%',
  '%1$s',
  '%I %L %%',
  'line\nbreak',
  'a$b',
  '$template$',
  '$pgseq$',
  '-- no comment',
  '/* nor this',
  '😀',
  'ä',
  'x'.repeat(63),
  '"'.repeat(63),
  "'".repeat(63),
  '😀'.repeat(15),
  'inserted',
  'top',
  'w',
  'i',
  'x',
  'attempt',
  'known',
  'lone',
  'told',
  'new',
  'old',
  'tg_relid',
  'tg_level',
  'half',
  'bound',
  'sequence',
  'sqlstate',
  'select',
  'row',
  'coalesce',
  'null',
  'false',
];
const schemas = ['public', 'Ünlikely. "schema" %s', 'pgseq', 'inserted'];

function named(name: string, schema: string): Case {
  const table = `${quoted(schema)}.${quoted(name)}`;
  return {
    setup: `create schema if not exists ${quoted(schema)}; create table ${table} (${quoted(name)} serial primary key)`,
    guarded: [[table, name]],
    act: `insert into ${table} values (3), (9), (8)`,
  };
}

databaseTest('every name', servers, '', (db) => {
  const cases = columns.map((name, i) => [JSON.stringify(name), named(name, schemas[i % schemas.length] ?? 'public')]);
  const beside = columns.map((name) => `${quoted(name)} text`).join(', ');
  return provePromise(db, {
    'all of them beside it': {
      setup: `create table inserted (id serial primary key, ${beside})`,
      guarded: [['inserted', 'id']],
      act: 'insert into inserted values (3), (9), (8)',
    },
    ...(Object.fromEntries(cases) as Record<string, Case>),
  });
});

const plain = (setup: string, more: Partial<Case> = {}): Case => ({
  setup,
  guarded: [['t', 'id']],
  act: 'insert into t values (3), (9), (8)',
  ...more,
});

const types: Record<string, Case> = {
  smallint: plain('create table t (id smallserial primary key)'),
  integer: plain('create table t (id serial primary key)'),
  'bigint, far': plain('create table t (id bigserial primary key)', {
    act: 'insert into t values (5000000000000000), (4)',
  }),
  'bigint, as far as it goes, as replication brings it': plain('create table t (id bigserial primary key)', {
    maxJump: 100,
    act: `set session_replication_role = replica; insert into t values (9223372036854775000);
      set session_replication_role = origin`,
  }),
  ...Object.fromEntries(
    [
      'numeric',
      'numeric(12)',
      'numeric(6, 2)',
      'float4',
      'float8',
      'a domain of int',
      'a domain of a domain of numeric',
      'a domain of float8',
    ].map((type) => {
      const [, base] = /^a domain of (a domain of )?(.*)$/.exec(type) ?? [];
      const domains = `create domain d1 as ${/\w+$/.exec(type)?.[0]}; create domain d2 as d1 check (value > 0);`;
      const column = base === undefined && !type.startsWith('a domain') ? type : 'd2';
      return [
        type,
        plain(`create sequence s; ${column === 'd2' ? domains : ''}
          create table t (id ${column} primary key default nextval('s'))`),
      ];
    }),
  ),
  'numeric with a fraction': plain(`create sequence s; create table t (id numeric primary key default nextval('s'))`, {
    act: 'insert into t values (4), (8.999)',
  }),
  'float8, more digits than a cast to numeric keeps': plain(
    `create sequence s; create table t (id float8 primary key default nextval('s'))`,
    { act: 'insert into t values (1234567890123457)' },
  ),
};

for (const type of ['float4', 'float8']) {
  const floats = `create sequence s increment -1; create table t (id ${type} unique default nextval('s'))`;
  types[`${type}, descending`] = plain(floats, { act: 'insert into t values (null), (-3), (-9)', step: -1 });
  types[`${type}, as a session prints it that wants few digits`] = plain(floats.replace('-1', '1'), {
    act: 'set extra_float_digits = -15; insert into t values (123), (null); set extra_float_digits = 1',
  });
}

const sequences: Readonly<Record<string, Case>> = {
  unowned: plain(`create sequence s; create table t (id int primary key default nextval('s'))`, { published: 'fails' }),
  'in another schema': plain(
    `create schema x; create sequence x.s; create table t (id int primary key default nextval('x.s'))`,
  ),
  'of another name': plain('create table t (id serial primary key); alter sequence t_id_seq rename to other'),
  'shared with a table that is guarded too': plain(
    `create sequence s; create table t (id int primary key default nextval('s')); create table u (like t including all)`,
    {
      guarded: [
        ['t', 'id'],
        ['u', 'id'],
      ],
      act: 'insert into t values (3); insert into u values (9)',
      add: 'insert into u default values; insert into t default values returning id',
    },
  ),
  descending: plain('create table t (id int generated by default as identity (increment -1) primary key)', {
    act: 'insert into t values (-3), (-9), (5)',
    step: -1,
    published: 'fails',
  }),
  'increment 5': plain('create table t (id int generated by default as identity (start 3 increment 5) primary key)', {
    act: 'insert into t values (4), (21)',
    step: 5,
    origin: 3,
    published: 'fails',
  }),
  'increment -3': plain('create table t (id int generated by default as identity (increment -3) primary key)', {
    act: 'insert into t values (-30)',
    step: -3,
    origin: -1,
  }),
  'increment 5, far': plain('create table t (id int generated by default as identity (increment 5) primary key)', {
    act: 'insert into t values (900000000)',
    step: 5,
    origin: 1,
  }),
  'CACHE 20': plain('create table t (id int generated by default as identity (cache 20) primary key)'),
  'CACHE 20, values in this session': plain(
    'create table t (id int generated by default as identity (cache 20) primary key); insert into t default values',
    { act: 'insert into t values (10), (12)' },
  ),
  'CACHE 20, the end of what is cached': plain(
    'create table t (id int generated by default as identity (cache 20) primary key); insert into t default values',
    { act: 'insert into t values (20)' },
  ),
  'CACHE 20, beyond what is cached': plain(
    'create table t (id int generated by default as identity (cache 20) primary key); insert into t default values',
    { act: 'insert into t values (21), (45)' },
  ),
  'CACHE 20, increment -5, values in this session': plain(
    'create table t (id int generated by default as identity (increment -5 cache 20) primary key); insert into t default values',
    { act: 'insert into t values (-12)', step: -5, origin: -1 },
  ),
  'never called, from 100': plain('create table t (id int generated by default as identity (start 100) primary key)', {
    act: 'insert into t values (100)',
  }),
  'setval(…, false)': plain(`create table t (id serial primary key); select setval('t_id_seq', 50, false)`, {
    act: 'insert into t values (50)',
  }),
  'several columns': plain('create table t (n serial unique, id serial primary key)', {
    guarded: [
      ['t', 'id'],
      ['t', 'n'],
    ],
    act: 'insert into t (n, id) values (30, 3), (2, 9)',
  }),
  'the other of several columns': plain('create table t (id serial primary key, n serial unique)', {
    guarded: [
      ['t', 'n'],
      ['t', 'id'],
    ],
    act: 'insert into t (n, id) values (30, 3), (2, 9)',
  }),
  'two columns of one sequence': plain(
    `create sequence s; create table t (id int primary key default nextval('s'), n int unique default nextval('s'))`,
    {
      guarded: [
        ['t', 'id'],
        ['t', 'n'],
      ],
      act: 'insert into t values (3, 9)',
    },
  ),
  'named by a text': plain(`create sequence s; create table t (id int primary key default nextval('s'::text))`),
  'in an expression that changes nothing': plain(
    `create sequence s; create table t (id int primary key default (nextval('s')::int)::bigint)`,
  ),
  'a domain with a default': plain(
    `create sequence s; create domain d as int default nextval('s'); create table t (id d primary key)`,
  ),
  'a function': plain(
    `create sequence s;
     create function f() returns bigint language sql begin atomic select nextval('s'); end;
     create table t (id int primary key default f())`,
    { since: 14 },
  ),
  'drawn from by clients': plain('create table t (id int primary key); create sequence s owned by t.id', {
    add: `insert into t values (nextval('s')) returning id`,
  }),
  'which got another increment': plain('create table t (id serial primary key)', {
    meanwhile: 'insert into t default values; alter sequence t_id_seq increment 10',
    act: 'insert into t values (30)',
    step: 10,
    origin: 1,
  }),
  // These two are in the guard's code: status tells, and it is made anew
  'which got another cache': plain('create table t (id serial primary key)', {
    meanwhile: 'alter sequence t_id_seq cache 20; insert into t default values',
    again: true,
    act: 'insert into t values (10)',
  }),
  'which got another direction': plain('create table t (id serial primary key)', {
    meanwhile: 'alter sequence t_id_seq increment -1 minvalue -1000 restart -1',
    again: true,
    act: 'insert into t values (-30)',
    step: -1,
    origin: -1,
  }),
  'which got another name, and its table': plain('create table t (id serial primary key)', {
    meanwhile: 'alter sequence t_id_seq rename to s; alter table t rename to u; alter table u rename to t',
  }),
};

databaseTest('every type', servers, '', (db) => provePromise(db, types));
databaseTest('every sequence', servers, '', (db) => provePromise(db, sequences));
