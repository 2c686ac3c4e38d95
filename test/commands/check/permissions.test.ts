import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { ends, only, report, run } from '../support.ts';

const orders = `
  create schema shop;
  create table shop.orders (id serial primary key, note text);
  insert into shop.orders (id) values (1), (2), (9);
  select setval('shop.orders_id_seq', 2);`;

/** A role that may log in, and the database as it sees it. */
async function as(db: Database, suffix: string, grants: string): Promise<{ role: string; url: string }> {
  const role = db.role(suffix);
  await db.query(`create role ${role} login; ${grants.replaceAll('ROLE', role)}`);
  return { role, url: db.server.url(db.name, role) };
}

/** The cure that text output prints for the one unreadable thing. */
function grantsIn(stdout: string): string[] {
  return [...stdout.matchAll(/^ {2}(grant .*;)$/gm)].map(([, grant]) => grant as string);
}

databaseTest('no privilege on the sequence: the exact grant, and it works', servers, orders, async (db) => {
  const { role, url } = await as(db, 'r', 'grant usage on schema shop to ROLE; grant select on shop.orders to ROLE');
  const { code, stdout, stderr } = await run({ url }, ['check']);
  assert.deepEqual([code, stderr], [2, '']);
  assert.equal(
    stdout,
    `warning: cannot read shop.orders_id_seq: permission denied [unreadable]
  Without these rights it cannot be told whether the sequence is in step.
  -- lets "${role}" see this, and change nothing
  grant select on sequence "shop"."orders_id_seq" to "${role}";

1 sequence: 1 unknown
`,
  );
  await db.query(grantsIn(stdout).join(''));
  const after = await report({ url }, ['check']);
  assert.deepEqual([only(after).state, only(after).target, after.code], ['behind', '10', 1]);
});

databaseTest('no privilege on the column: the exact grant, and it works', servers, orders, async (db) => {
  const { role, url } = await as(
    db,
    'r',
    'grant usage on schema shop to ROLE; grant select on shop.orders_id_seq to ROLE; grant select (note) on shop.orders to ROLE',
  );
  const { code, stdout } = await run({ url }, ['check']);
  assert.equal(code, 2);
  assert.deepEqual(grantsIn(stdout), [`grant select ("id") on "shop"."orders" to "${role}";`]);
  assert.match(stdout, /^warning: cannot read shop\.orders\.id: permission denied \[unreadable\]$/m);
  await db.query(grantsIn(stdout).join(''));
  assert.equal(only(await report({ url }, ['check'])).state, 'behind');
});

databaseTest('no privilege on the schema: the exact grants, and they work', servers, orders, async (db) => {
  const { role, url } = await as(db, 'r', '');
  const { code, stdout } = await run({ url }, ['check', '-n', 'shop']);
  assert.equal(code, 2);
  assert.deepEqual(grantsIn(stdout), [
    `grant usage on schema "shop" to "${role}";`,
    `grant select on sequence "shop"."orders_id_seq" to "${role}";`,
    `grant select ("id") on "shop"."orders" to "${role}";`,
  ]);
  await db.query(grantsIn(stdout).join(''));
  assert.equal(only(await report({ url }, ['check'])).state, 'behind');
});

databaseTest('fix without the right to move: the exact grant, and it works', servers, orders, async (db) => {
  const { role, url } = await as(
    db,
    'r',
    'grant usage on schema shop to ROLE; grant select on shop.orders, shop.orders_id_seq to ROLE',
  );
  const grant = `grant usage, select on sequence "shop"."orders_id_seq" to "${role}";`;
  const refused = await report({ url }, ['fix']);
  assert.equal(refused.code, 2);
  assert.deepEqual(
    [only(refused).action, only(refused).state, only(refused).error],
    ['failed', 'behind', { code: '42501', message: 'permission denied for sequence shop.orders_id_seq', hint: grant }],
  );
  const { stdout } = await run({ url }, ['fix', '-q']);
  assert.ok(
    stdout.includes(`\nshop.orders_id_seq: permission denied for sequence shop.orders_id_seq\n  ${grant}\n`),
    stdout,
  );
  const dry = await run({ url }, ['fix', '--dry-run', '-q']);
  ends(dry, {
    code: 2,
    stderr: `pgseq: shop.orders_id_seq could not be moved: permission denied for sequence shop.orders_id_seq\n  ${grant}\n`,
  });
  await db.query(grant);
  const fixed = await report({ url }, ['fix']);
  assert.deepEqual([only(fixed).next, only(fixed).method, fixed.code], ['10', 'step', 0]);
  assert.deepEqual(await db.query('insert into shop.orders default values returning id'), [['10']]);
});

databaseTest('row-level security never lowers a maximum', servers, orders, async (db) => {
  await db.query(`alter table shop.orders enable row level security; create policy few on shop.orders using (id < 3)`);
  const { role, url } = await as(
    db,
    'r',
    'grant usage on schema shop to ROLE; grant usage, select on shop.orders_id_seq to ROLE; grant select on shop.orders to ROLE',
  );
  for (const command of ['check', 'fix']) {
    const hidden = await report({ url }, [command]);
    assert.deepEqual([only(hidden).state, only(hidden).reason, hidden.code], ['unknown', 'row-security', 2]);
    assert.deepEqual(
      hidden.findings.map(({ rule, fix }) => [rule, fix]),
      [['row-security', null]],
    );
  }
  await db.query(`alter role "${role}" bypassrls`);
  assert.equal(only(await report({ url }, ['fix'])).next, '10');
});

databaseTest('one failing sequence stops no other', newest, '', async (db) => {
  await db.query(`create table a (id serial); create table b (id serial); create table c (id smallserial);
    insert into a values (5); insert into b values (5); insert into c values (32767); select setval('c_id_seq', 32767)`);
  const { url } = await as(
    db,
    'r',
    'grant select on all tables in schema public to ROLE; grant select on a_id_seq, c_id_seq to ROLE; grant usage, select on b_id_seq to ROLE',
  );
  const { sequences, code } = await report({ url }, ['fix']);
  assert.deepEqual(
    sequences.map(({ name, action, state }) => [name, action, state]),
    [
      ['public.a_id_seq', 'failed', 'behind'],
      ['public.b_id_seq', 'moved', 'ok'],
      ['public.c_id_seq', 'unchanged', 'exhausted'],
    ],
  );
  assert.equal(code, 2);
  const { stdout } = await run({ url }, ['fix', '-q']);
  assert.match(stdout, /^ {2}alter sequence "public"\."c_id_seq" as bigint;$/m);
});

databaseTest('a small role gets no caution, a superuser the way to one', newest, orders, async (db) => {
  const { url } = await as(
    db,
    'r',
    'grant usage on schema shop to ROLE; grant select on shop.orders, shop.orders_id_seq to ROLE',
  );
  assert.equal((await run({ url }, ['check'])).stderr, '');
  assert.match((await run(db, ['check'])).stderr, /^pgseq: postgres is a superuser; .*`pgseq sql role`\n$/);
});
