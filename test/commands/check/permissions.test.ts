import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
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
  Without these privileges, pgseq cannot tell whether the sequence is in sync.
  -- lets "${role}" read this, and change nothing
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
  const said = `-- lets "${role}" read its value and move it forward; moving it back would take UPDATE`;
  const refused = await report({ url }, ['fix']);
  assert.equal(refused.code, 2);
  assert.deepEqual(
    [only(refused).action, only(refused).state, only(refused).error],
    [
      'failed',
      'behind',
      { code: '42501', message: 'permission denied for sequence shop.orders_id_seq', hint: `${said}\n${grant}` },
    ],
  );
  const { stdout } = await run({ url }, ['fix', '-q']);
  assert.ok(
    stdout.includes(`\nshop.orders_id_seq: permission denied for sequence shop.orders_id_seq\n  ${said}\n  ${grant}\n`),
    stdout,
  );
  const dry = await run({ url }, ['fix', '--dry-run', '-q']);
  ends(dry, {
    code: 2,
    stderr: `pgseq: shop.orders_id_seq could not be moved: permission denied for sequence shop.orders_id_seq\n  ${said}\n  ${grant}\n`,
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
  assert.match((await run(db, ['check'])).stderr, /^pgseq: connected as superuser postgres; .*`pgseq sql role`\)\n$/);
});

const shop = `
  create schema shop; create schema "back office";
  create table shop.orders (id serial primary key);
  create table shop.lines (id integer generated by default as identity primary key);
  insert into shop.orders values (4); insert into shop.lines values (7);
  create table "back office".notes (id serial primary key);
  insert into "back office".notes values (2);`;

databaseTest(
  'fix without any right: all of them at once, one for all sequences of a schema, and they work',
  servers,
  shop,
  async (db) => {
    const { role, url } = await as(db, 'r', 'grant usage on schema shop, "back office" to ROLE');
    const expected = [
      `grant usage, select on sequence "back office"."notes_id_seq" to "${role}";`,
      `grant select ("id") on "back office"."notes" to "${role}";`,
      `grant usage, select on all sequences in schema "shop" to "${role}";`,
      `grant select ("id") on "shop"."lines" to "${role}";`,
      `grant select ("id") on "shop"."orders" to "${role}";`,
    ];
    const refused = await run({ url }, ['fix', '-q']);
    assert.deepEqual([refused.code, grantsIn(refused.stdout)], [2, expected]);
    assert.match(refused.stdout, new RegExp(`-- lets "${role}" read its value and move it forward`));
    await db.query(grantsIn(refused.stdout).join(''));
    const fixed = await report({ url }, ['fix']);
    assert.deepEqual(
      [fixed.sequences.map(({ action, next }) => [action, next]), fixed.code],
      [
        [
          ['moved', '3'],
          ['moved', '8'],
          ['moved', '5'],
        ],
        0,
      ],
    );
  },
);

databaseTest(
  'one grant for a schema only where all of it was asked for, and all of it lacks the same',
  newest,
  shop,
  async (db) => {
    const { role, url } = await as(
      db,
      'r',
      'grant usage on schema shop to ROLE; grant select on all tables in schema shop to ROLE; grant select on shop.lines_id_seq to ROLE',
    );
    const grants = async (...args: string[]): Promise<string[]> =>
      grantsIn((await run({ url }, [...args, '-q'])).stdout);
    const [orders, lines] = ['orders', 'lines'].map(
      (table) => `grant usage, select on sequence "shop"."${table}_id_seq" to "${role}";`,
    );
    assert.deepEqual(await grants('check', '-n', 'shop'), [
      `grant select on sequence "shop"."orders_id_seq" to "${role}";`,
    ]);
    assert.deepEqual(await grants('fix', '-t', 'shop.orders'), [orders]);
    // Both lack the right to move, whatever else they lack
    assert.deepEqual(await grants('fix', '-n', 'shop'), [
      `grant usage, select on all sequences in schema "shop" to "${role}";`,
    ]);
    await db.query(`grant usage on sequence shop.lines_id_seq to "${role}"`);
    assert.deepEqual(await grants('fix', '-n', 'shop'), [orders]);
    await db.query(`revoke all on shop.lines_id_seq from "${role}"; ${orders}`);
    assert.deepEqual(await grants('fix', '-n', 'shop'), [lines]);
  },
);

databaseTest('run names after its command all that moving takes, and it works', newest, shop, async (db) => {
  const { role, url } = await as(db, 'r', 'grant usage on schema shop to ROLE');
  const args = ['run', url, '-n', 'shop', '-q', '--', process.execPath, '-e', ''];
  const refused = await pgseq(args);
  assert.equal(refused.code, 2);
  assert.deepEqual(grantsIn(refused.stdout), [
    `grant usage, select on all sequences in schema "shop" to "${role}";`,
    `grant select ("id") on "shop"."lines" to "${role}";`,
    `grant select ("id") on "shop"."orders" to "${role}";`,
  ]);
  await db.query(grantsIn(refused.stdout).join(''));
  const { code, stdout, stderr } = await pgseq(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /moved +shop\.orders_id_seq/);
});

databaseTest(
  'guard install: what only an owner may is said, the rest is granted, and it works',
  servers,
  shop,
  async (db) => {
    const { role, url } = await as(
      db,
      'r',
      'alter table shop.orders owner to ROLE; grant usage on schema shop to ROLE; grant select on all tables in schema shop to ROLE',
    );
    const other = await as(db, 'other', 'alter table shop.lines owner to ROLE');
    const args = ['guard', 'install', '-n', 'shop'];
    const { code, stderr } = await run({ url }, args);
    assert.equal(code, 2);
    const owned = `Only the owner of shop.lines may do this: connect as ${other.role} (-U), or add --role ${other.role} if ${role} is a member of it.`;
    const grant = `grant create on database "${db.name}" to "${role}";`;
    const moving = `grant usage, select on sequence "shop"."lines_id_seq" to "${role}";`;
    assert.ok(stderr.includes('guards cannot be installed here: permission denied for database'), stderr);
    for (const line of [grant, owned, moving]) assert.ok(stderr.includes(`\n  ${line}\n`), stderr);
    assert.match(
      (await run({ url }, [...args, '--dry-run'])).stderr,
      /lacks privileges for this:\n {2}-- lets .*\n {2}grant create on database/,
    );

    await db.query(`${grant} ${moving}`);
    const some = await run({ url }, args);
    assert.equal(some.code, 2);
    assert.match(some.stdout, /^installed +shop\.orders\.id/m);
    assert.match(some.stdout, /^shop\.lines\.id: must be (?:able to SET ROLE|member of role) /m);
    assert.ok(some.stdout.includes(`\n  ${owned}\n`), some.stdout);
    assert.match(some.stdout, /^moved +shop\.lines_id_seq/m);
    await db.query(`grant "${other.role}" to "${role}"; grant usage on schema shop to "${other.role}"`);
    const all = await run({ url }, args);
    assert.equal(all.code, 0, all.stdout + all.stderr);
  },
);
