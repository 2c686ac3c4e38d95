import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { ends, only, report, run } from '../support.ts';

const shop = `create schema shop;
  create table shop.users (id serial primary key, secret text);
  insert into shop.users (id) values (1), (30);
  create sequence shop.cached cache 50;
  create table shop.jobs (id bigint default nextval('shop.cached') primary key);
  insert into shop.jobs values (7)`;

/** Makes the role that `pgseq sql role` prints; returns a session that acts as it. */
async function makeRole(db: Database, role: string): Promise<(sql: string) => Promise<unknown>> {
  const { code, stdout, stderr } = await run(db, ['sql', 'role', '--name', role]);
  assert.deepEqual([code, stderr], [0, '']);
  await db.query(stdout);
  const session = await db.connect();
  await session.query(`set role ${role}`);
  return (sql) => session.query(sql);
}

databaseTest('sql role prints a role with what it needs and nothing else', newest, shop, async (db) => {
  ends(await run(db, ['sql', 'role']), {
    code: 0,
    stdout: `create role "pgseq_fixer" nologin;
-- roles that may act as it, with pgseq fix --role pgseq_fixer:
grant "pgseq_fixer" to "postgres";
-- lets it read and move forward these sequences; moving one back would take UPDATE, which it does not get:
grant usage on schema "shop" to "pgseq_fixer";
grant select ("id") on "shop"."jobs" to "pgseq_fixer";
grant select ("id") on "shop"."users" to "pgseq_fixer";
grant usage, select on sequence "shop"."cached" to "pgseq_fixer";
grant usage, select on sequence "shop"."users_id_seq" to "pgseq_fixer";
`,
  });
  const filtered = await run(db, ['sql', 'role', '-t', 'shop.users', '--name', 'Odd "role"\n']);
  assert.match(
    filtered.stdout,
    /^create role U&"Odd ""role""\\000a" nologin;\n-- roles that may act as it, with pgseq fix --role \$'Odd "role"\\012':\n/,
  );
  assert.doesNotMatch(filtered.stdout, /jobs/);
});

databaseTest('under that role fix steps, and the server refuses anything else', servers, shop, async (db) => {
  const role = db.role('fixer');
  const as = await makeRole(db, role);

  const checked = await report(db, ['check', '--role', role]);
  assert.deepEqual([checked.code, checked.database['user']], [1, role]);
  assert.deepEqual(
    checked.sequences.map(({ state }) => state),
    ['behind', 'behind'],
  );

  const fixed = await report(db, ['fix', '--role', role]);
  assert.equal(fixed.code, 0);
  assert.deepEqual(
    fixed.sequences.map(({ name, action, method, state }) => [name, action, method, state]),
    [
      ['shop.cached', 'moved', 'step', 'ok'],
      ['shop.users_id_seq', 'moved', 'step', 'ok'],
    ],
  );
  assert.deepEqual(await db.query('insert into shop.users default values returning id'), [['31']]);

  for (const sql of [
    "select setval('shop.users_id_seq', 1)",
    "select setval('shop.users_id_seq', 1000)",
    'alter sequence shop.users_id_seq restart',
    'drop sequence shop.users_id_seq',
    'alter table shop.users alter id restart',
    'select secret from shop.users',
    'insert into shop.users default values',
    'update shop.users set id = 5',
    'delete from shop.users',
    'truncate shop.users restart identity',
    'create table shop.mine ()',
  ])
    await assert.rejects(as(sql), { code: '42501' }, sql);
  await as("select nextval('shop.users_id_seq')");
  await as('select id from shop.users');
});

databaseTest('under that role --method lock is refused, and the dry run steps', newest, shop, async (db) => {
  const role = db.role('fixer');
  await makeRole(db, role);
  const refused = await report(db, ['fix', '--role', role, '--method', 'lock']);
  assert.deepEqual(
    refused.sequences.map(({ action, error }) => [action, error?.code]),
    [
      ['failed', '42501'],
      ['failed', '42501'],
    ],
  );
  assert.equal(refused.code, 2);
  const dry = await run(db, ['fix', '--role', role, '--dry-run', '-q']);
  assert.equal(dry.code, 1);
  assert.match(dry.stdout, new RegExp(`^set local role "${role}";$`, 'm'));
  assert.doesNotMatch(dry.stdout, /alter sequence|setval/);
  await db.query(dry.stdout);
  assert.equal((await run(db, ['check'])).code, 0);
});

databaseTest('under that role steps are drawn in batches, without limit', newest, '', async (db) => {
  await db.query(
    'create table far (id bigserial primary key); insert into far select generate_series(2499001, 2500000)',
  );
  const role = db.role('fixer');
  await makeRole(db, role);
  const fixed = await report(db, ['fix', '--role', role]);
  assert.deepEqual([only(fixed).method, only(fixed).next, fixed.code], ['step', '2500001', 0]);
  await db.query('alter sequence far_id_seq restart');
  const dry = await run(db, ['fix', '--role', role, '--dry-run', '-q']);
  await db.query(dry.stdout);
  assert.deepEqual(await db.query('select last_value, is_called from far_id_seq'), [['2500000', 't']]);
});

databaseTest('a role that is not there', newest, shop, async (db) => {
  for (const command of ['check', 'fix'])
    ends(await run(db, [command, '--role', 'no_such_role_at_all']), {
      code: 2,
      stderr:
        'pgseq: --role no_such_role_at_all: role "no_such_role_at_all" does not exist\n' +
        '  pgseq sql role --name no_such_role_at_all prints the SQL that makes one\n',
    });
});

databaseTest('a role that one may not act as: the exact grant', newest, shop, async (db) => {
  const [user, other] = [db.role('user'), db.role('other')];
  await db.query(`create role ${user} login; create role ${other}`);
  const url = db.server.url(db.name, user);
  ends(await run({ url }, ['check', '--role', other]), {
    code: 2,
    stderr: `pgseq: --role ${other}: permission denied to set role "${other}"\n  -- lets "${user}" do everything that "${other}" may do\n  grant "${other}" to "${user}";\n`,
  });
  await db.query(`grant "${other}" to "${user}"`);
  assert.equal((await run({ url }, ['check', '--role', other])).code, 0);
});

databaseTest('the role and the search_path that a login role has by itself count', servers, '', async (db) => {
  const [login, owner] = [db.role('login'), db.role('owner')];
  await db.query(`create role ${owner}; create role ${login} login in role ${owner};
    alter role ${login} set role = ${owner}; alter role ${login} set search_path = shop;
    create schema shop authorization ${owner}; set role ${owner};
    create table shop.orders (id serial primary key); insert into shop.orders values (5)`);
  const found = await report({ url: db.server.url(db.name, login) }, ['check', '-t', 'orders']);
  assert.deepEqual([found.code, found.database['user'], only(found).name], [1, owner, 'shop.orders_id_seq']);
});
