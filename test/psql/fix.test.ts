import assert from 'node:assert/strict';
import { fixStatements } from '../../src/psql/fix.ts';
import { positions } from '../laws/positions.ts';
import { blocked, until } from '../commands/support.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { newest, servers } from '../support/servers.ts';
import { amount } from '../support/proof.ts';
import { bySql, fixBySql } from './support.ts';

// What the script of `pgseq sql fix` does beside others. That it does what `pgseq fix` does test/laws/situations.test.ts proves.

/** Waits until the script waits for transactions of others. */
async function waits(db: Database): Promise<void> {
  const sleeps = "select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await until(async () => (await db.query(sleeps)).length > 0);
}

const late = 'create table t (id serial primary key); insert into t values (5);';

databaseTest('sql fix waits for rows that nobody sees yet, and passes them too', servers, late, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into t values (90)');
  const fixing = fixBySql(db, {});
  await waits(db);
  await writer.query('commit');
  assert.equal(await fixing, null);
  assert.deepEqual(await db.query("select nextval('t_id_seq')"), [['91']]);
});

databaseTest('sql fix says which transactions it could not wait for', newest, late, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into t values (90)');
  // Also where there is no time to wait: whoever is open is looked at once, and not taken for nobody
  for (const wait of [0, 1, 100])
    assert.match(
      (await fixBySql(db, { wait })) ?? `nothing, --wait ${wait}`,
      /^pgseq: transactions are still open whose ids are not visible yet/,
    );
  await writer.query('rollback');
  assert.equal(await fixBySql(db, { wait: 0 }), null);
  assert.deepEqual(await db.query("select nextval('t_id_seq')"), [['6']]);
});

databaseTest('sql fix changes nothing inside a transaction of somebody', newest, late, async (db) => {
  const before = await positions(db);
  const client = await db.connect();
  await client.query('begin');
  await assert.rejects(client.query(fixStatements({})[0] as string), /invalid transaction termination/);
  await client.query('rollback');
  assert.deepEqual(await positions(db), before);
});

databaseTest('sql fix moves what it may, and tells the grant for what it may not', newest, '', async (db) => {
  const role = db.role('clerk');
  await db.query(`
    create role ${role}; create table a (id serial primary key); create table b (id serial primary key);
    insert into a values (5); insert into b values (5);
    grant select on a, b, a_id_seq, b_id_seq to ${role}; grant usage on a_id_seq to ${role}`);
  const error = await fixBySql(db, {}, role);
  assert.match(error ?? '', /public\.b_id_seq: behind: permission denied for sequence public\.b_id_seq grant usage on/);
  assert.deepEqual(await db.query("select nextval('a_id_seq'), nextval('b_id_seq')"), [['6', '1']]);
});

const three =
  'create table a (id serial primary key); create table b (id serial primary key); create table c (id serial primary key);';

databaseTest(
  'what cannot be read is unknown, and keeps nothing else from being told and moved',
  servers,
  three,
  async (db) => {
    await db.query('insert into a values (5); insert into b values (5); insert into c values (5)');
    const other = await db.connect();
    await other.query('begin; lock table b in access exclusive mode');
    const said = await bySql(db, {});
    assert.deepEqual(
      [...said].map(([name, { state, reason }]) => [name, state, reason]),
      [
        ['public.a_id_seq', 'behind', null],
        ['public.b_id_seq', 'unknown', 'lock'],
        ['public.c_id_seq', 'behind', null],
      ],
    );
    assert.match((await fixBySql(db, {})) ?? '', /^pgseq: not in sync: public\.b_id_seq: unknown: lock/);
    await other.query('rollback');
    assert.deepEqual(await db.query("select nextval('a_id_seq'), nextval('b_id_seq'), nextval('c_id_seq')"), [
      ['6', '1', '6'],
    ]);
  },
);

/** Each brings six locks: with its sequence and four indexes. */
const tables = amount(500, 1000);

databaseTest('sql check holds few locks at a time, however many tables there are', newest, '', async (db, t) => {
  await db.query(`do $$ begin for i in 1..${tables} loop
    execute format('create table t%s (id serial primary key, a int unique, b int unique, c int unique)', i);
    if i % 100 = 0 then commit; end if; end loop; end $$`);
  const seen = await db.connect();
  const most =
    'select count(*) from pg_locks where database = (select oid from pg_database where datname = current_database())';
  const looking = bySql(db, {});
  let locks = 0;
  const done = { yes: false };
  void looking.finally(() => (done.yes = true)).catch(() => undefined);
  while (!done.yes) locks = Math.max(locks, Number((await seen.query<{ count: string }>(most)).rows[0]?.count));
  assert.equal((await looking).size, tables);
  t.diagnostic(`${locks} locks`);
  assert.ok(locks < 2500, `${locks} locks`);
});

databaseTest(
  'sql fix looks again with new eyes where transactions are repeatable read by default',
  newest,
  `create table a (id serial primary key); create table b (id serial primary key);
   do $$begin execute format('alter database %I set default_transaction_isolation = ''repeatable read''', current_database()); end$$;`,
  async (db) => {
    const holder = await db.connect();
    await holder.query('begin; lock table a');
    const fixing = fixBySql(db, {});
    await blocked(db);
    await db.query('insert into b values (90)');
    await holder.query('rollback');
    assert.equal(await fixing, null);
    assert.deepEqual(await db.query("select nextval('b_id_seq')"), [['91']]);
  },
);

databaseTest(
  'sql fix that is cancelled keeps what it moved, and never ends as if it were done',
  newest,
  late,
  async (db) => {
    const writer = await db.connect();
    await writer.query('begin; insert into t values (90)');
    const client = await db.connect();
    const [move = '', ...others] = fixStatements({});
    const fixing = client.query(move);
    const cancelled = assert.rejects(fixing, /canceling statement/);
    await waits(db);
    await db.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where query like 'do $pgseq$%' and datname = current_database()",
    );
    await cancelled;
    await assert.rejects(async () => {
      for (const statement of others) await client.query(statement);
    }, /this script did not run to its end/);
    await writer.query('rollback');
    assert.deepEqual(await db.query("select nextval('t_id_seq')"), [['6']]);
  },
);
