import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { ends, only, report, run } from '../support.ts';

const schemas = `
  create schema sales; create schema "Odd.name";
  create table public.users (id serial);
  create table public.user_logs (id serial);
  create table sales.orders (id serial);
  create table sales.users (id serial);
  create table "Odd.name"."T$" (id serial);
  create sequence public.numbers;
  create table public.invoices (id bigint default nextval('numbers'));
  create table sales.credits (id bigint default nextval('numbers'));`;

const every = [
  '"Odd.name"."T$_id_seq"',
  'public.numbers',
  'public.user_logs_id_seq',
  'public.users_id_seq',
  'sales.orders_id_seq',
  'sales.users_id_seq',
];

async function names(db: Database, args: readonly string[]): Promise<readonly string[]> {
  return (await report(db, ['check', ...args])).sequences.map(({ name }) => name);
}

databaseTest('filters choose sequences', newest, schemas, async (db) => {
  for (const [args, chosen] of [
    [[], every],
    [['-t', 'users'], ['public.users_id_seq']],
    [['-t', 'USERS'], ['public.users_id_seq']],
    [['-t', 'public.users'], ['public.users_id_seq']],
    [
      ['-t', '*.users'],
      ['public.users_id_seq', 'sales.users_id_seq'],
    ],
    [
      ['-t', 'user*'],
      ['public.user_logs_id_seq', 'public.users_id_seq'],
    ],
    [['-t', 'user?'], ['public.users_id_seq']],
    [
      ['-t', '(users|user_logs)'],
      ['public.user_logs_id_seq', 'public.users_id_seq'],
    ],
    [
      ['-t', 'users', '-t', 'sales.orders'],
      ['public.users_id_seq', 'sales.orders_id_seq'],
    ],
    [['-t', '"Odd.name"."T$"'], ['"Odd.name"."T$_id_seq"']],
    [['-t', 'invoices'], ['public.numbers']],
    [
      ['-t', 'sales.*'],
      ['public.numbers', 'sales.orders_id_seq', 'sales.users_id_seq'],
    ],
    [
      ['-n', 'sales'],
      ['public.numbers', 'sales.orders_id_seq', 'sales.users_id_seq'],
    ],
    [['-n', '"Odd.name"'], ['"Odd.name"."T$_id_seq"']],
    [['-n', 'sales', '-t', '*.users'], ['sales.users_id_seq']],
    [
      ['-N', 'sales'],
      ['"Odd.name"."T$_id_seq"', 'public.user_logs_id_seq', 'public.users_id_seq'],
    ],
    [['-T', 'users', '-T', 'sales.*', '-n', 'public'], ['public.user_logs_id_seq']],
    [['--sequence', 'numbers'], ['public.numbers']],
    [
      ['--sequence', 'sales.*'],
      ['sales.orders_id_seq', 'sales.users_id_seq'],
    ],
    [['--sequence', '*.users_id_seq', '-N', 'public'], ['sales.users_id_seq']],
    [['-t', 'users', '-T', 'users'], []],
  ] as const)
    assert.deepEqual(await names(db, args), chosen, args.join(' '));
});

const hint =
  "  a name without a schema is looked up on the search_path; for other schemas write schema.name, or '*.name'\n";
for (const [option, what] of [
  ['-t', 'no matching table is fed by a sequence'],
  ['-T', 'no matching table is fed by a sequence'],
  ['-n', 'no sequence in a matching schema'],
  ['-N', 'no sequence in a matching schema'],
  ['--sequence', 'no matching sequence'],
] as const) {
  databaseTest(`a pattern that matches nothing is an error: ${option}`, newest, schemas, async (db) => {
    const isName = option !== '-n' && option !== '-N';
    for (const command of [['check'], ['fix'], ['fix', '--dry-run'], ['sql', 'role']])
      ends(await run(db, [...command, '-q', option, 'nothing']), {
        code: 2,
        stderr: `pgseq: ${option} nothing: ${what}\n${isName ? hint : ''}`,
      });
    // One that matches does not make up for one that does not
    assert.equal((await run(db, ['check', option, '*', option, '*nothing*'])).code, 2);
    if (isName)
      ends(await run(db, ['check', '-q', option, 'sales.nothing']), {
        code: 2,
        stderr: `pgseq: ${option} sales.nothing: ${what}\n`,
      });
  });
}

databaseTest('a mistyped name is told with the one that was meant', newest, schemas, async (db) => {
  for (const [option, text, meant] of [
    ['-t', 'usres', 'one of public.users, sales.users'],
    ['-t', 'ordres', 'sales.orders'],
    ['-t', 'orders', 'sales.orders'], // it is there, but not on the search path
    ['-T', 'sale.orders', 'sales.orders'],
    ['-t', '"T$s"', `'"Odd.name"."T$"'`],
    ['-n', 'salse', 'sales'],
    ['-N', 'pulbic', 'public'],
    ['--sequence', 'user_log_id_seq', 'public.user_logs_id_seq'],
  ] as const) {
    const { code, stderr } = await run(db, ['check', '-q', option, text]);
    assert.deepEqual([code, stderr.split('\n')[1]], [2, `  did you mean ${meant}?`], text);
  }
});

databaseTest(
  'a table that no sequence feeds is a pattern that matches nothing',
  newest,
  'create table t (id int)',
  async (db) => {
    assert.equal((await run(db, ['check', '-t', 't'])).code, 2);
  },
);

databaseTest(
  'a shared sequence is judged by all its columns, whichever one names it',
  servers,
  shared(),
  async (db) => {
    const found = only(await report(db, ['check', '-t', 'invoices']));
    assert.deepEqual([found.state, found.furthest, found.target], ['behind', '90', '91']);
    assert.deepEqual(
      found.columns.map(({ name, furthest }) => [name, furthest]),
      [
        ['archive.credits.id', '90'],
        ['public.invoices.id', '5'],
      ],
    );
    const fixed = await report(db, ['fix', '-t', 'invoices']);
    assert.deepEqual([only(fixed).next, fixed.code], ['91', 0]);
  },
);

function shared(): string {
  return `create schema archive; create sequence numbers; create table invoices (id bigint default nextval('numbers') primary key);
    create table archive.credits (id bigint default nextval('numbers') primary key);
    insert into invoices select nextval('numbers') from generate_series(1, 5); insert into archive.credits values (90)`;
}

databaseTest('fix moves only what is in scope', newest, twoBehind(), async (db) => {
  const fixed = await report(db, ['fix', '-t', 'a']);
  assert.deepEqual([only(fixed).name, only(fixed).action, fixed.code], ['public.a_id_seq', 'moved', 0]);
  assert.deepEqual(await db.query('select last_value, is_called from b_id_seq'), [['1', 'f']]);
});

function twoBehind(): string {
  return 'create table a (id serial); insert into a values (7); create table b (id serial); insert into b values (7)';
}

databaseTest('what nobody named is left out, in one line', newest, '', async (db) => {
  const role = db.role('app');
  await db.query(`create schema closed; create table closed.t (id serial); create table t (id serial primary key);
    create role ${role} login; grant select on t, t_id_seq to ${role}`);
  const url = db.server.url(db.name, role);
  ends(await run({ url }, ['check']), {
    code: 0,
    stdout: '1 sequence: 1 empty\nleft out: 1 in schemas without USAGE\n',
  });
  const named = await report({ url }, ['check', '-n', 'closed']);
  assert.deepEqual([only(named).state, only(named).reason, named.code], ['unknown', 'permission', 2]);
});

databaseTest('names along the search_path of the role, as in psql', newest, schemas, async (db) => {
  await db.query(`alter database ${db.name} set search_path = sales, public`);
  assert.deepEqual(await names(db, ['-t', 'users']), ['sales.users_id_seq']);
  assert.deepEqual(await names(db, ['-t', 'user_logs']), ['public.user_logs_id_seq']);
});
