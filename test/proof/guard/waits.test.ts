import assert from 'node:assert/strict';
import type pg from 'pg';
import { guardObjects } from '../../../src/pg/guard.ts';
import { until } from '../../commands/support.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { servers } from '../../support/servers.ts';
import { rowsOf } from '../../support/session.ts';

// Nobody waits for a guard, but one that has to set the same sequence at the same time. What a guard locks, and that it goes
// forward whatever others have done meanwhile.

/** A guarded table whose sequence has these options. */
const guarded = (options = 'cache 1'): string =>
  [
    'create table t (id bigserial primary key, note text)',
    `alter sequence t_id_seq ${options}`,
    ...guardObjects,
    "select pgseq.protect('t', 'id')",
  ].join(';\n');

/** A sequence that counts down, from -1. */
const descending = 'increment -1 minvalue -9223372036854775808 maxvalue -1 start -1 restart -1';

/** The lock that keeps two guards from setting the same sequence at once. */
const key = "1886614385::bigint << 32 | 't_id_seq'::regclass::oid::bigint";

/** Waits until a session waits for that lock. */
async function waitsToSet(db: Database, pid: string): Promise<void> {
  await until(async () => {
    const [row] = await db.query(`select wait_event from pg_stat_activity where pid = ${pid}`);
    return row?.[0] === 'advisory';
  });
}

async function pidOf(client: pg.Client): Promise<string> {
  return (await rowsOf(client, 'select pg_backend_pid()'))[0]?.[0] ?? '';
}

/** The locks that a session holds on the sequence, and its advisory ones. */
async function locksOf(db: Database, pid: string): Promise<readonly (string | null)[]> {
  const rows = await db.query(`
    select distinct case locktype when 'advisory' then locktype else mode end as lock from pg_locks
    where pid = ${pid} and granted and (locktype = 'advisory' or relation = 't_id_seq'::regclass)
    order by 1`);
  return rows.flat();
}

/** Asserts that a session has moved or read the sequence, and holds no lock but the one that nextval keeps until the commit. */
async function assertWeak(db: Database, pid: string): Promise<void> {
  const locks = await locksOf(db, pid);
  assert.ok(locks.includes('RowExclusiveLock'), String(locks));
  assert.deepEqual(
    locks.filter((lock) => lock !== 'RowExclusiveLock' && lock !== 'AccessShareLock'),
    [],
  );
}

/** What others do, each as a transaction of its own. */
const ordinary = [
  'insert into t default values',
  "insert into t (note) select 'bulk' from generate_series(1, 50)",
  "select nextval('t_id_seq')",
  'insert into t (id) select last_value + 100 from t_id_seq',
  'insert into t (id) values (-1) on conflict (id) do update set id = t.id - 1',
  "update t set note = 'seen' where id = (select max(id) from t)",
];
const giant = 'insert into t (id) select last_value + 3000000 from t_id_seq';

/** Runs what others do in a session that fails where it waits for a lock. */
async function nobodyWaits(db: Database, { andSets }: { readonly andSets: boolean }): Promise<void> {
  const client = await db.connect();
  // The second is for a wait that is none for a lock
  await client.query("set lock_timeout = '1s'; set statement_timeout = '20s'");
  for (const sql of andSets ? [...ordinary, giant, ...ordinary] : ordinary) await client.query(sql);
  await client.end();
}

for (const [way, id] of [
  ['drew', 1000],
  ['set', 3_000_000],
] as const)
  databaseTest(`nobody waits for an open transaction whose guard ${way}`, servers, guarded(), async (db) => {
    const holder = await db.connect();
    const pid = await pidOf(holder);
    // Once with a sequence that was never called, and once more
    for (const first of [id, 3 * id]) {
      await holder.query(`begin; insert into t (id) values (${first})`);
      assert.deepEqual(await db.query(`select last_value >= ${first} from t_id_seq`), [['t']]);
      await assertWeak(db, pid);
      await nobodyWaits(db, { andSets: first > id });
      await holder.query('rollback');
    }
  });

for (const [direction, options, sign] of [
  ['up', 'cache 1', 1],
  ['down', descending, -1],
] as const)
  databaseTest(
    `a guard that waited to set takes no sequence back: ${direction}`,
    servers,
    guarded(options),
    async (db) => {
      const [other, setter] = [await db.connect(), await db.connect()];
      const pid = await pidOf(setter);
      await other.query(`select pg_advisory_lock(${key})`);
      const storing = setter.query(`insert into t (id) values (${sign * 2_000_000})`);
      await waitsToSet(db, pid);
      // Meanwhile somebody else has set it, so far that back would be a long way too
      await other.query(`select setval('t_id_seq', ${sign * 5_000_000}), pg_advisory_unlock(${key})`);
      await storing;
      assert.deepEqual(await db.query('insert into t default values returning id'), [[String(sign * 5_000_001)]]);
    },
  );

databaseTest('no way is too long to draw and too short to set', servers, guarded(), async (db) => {
  await db.query("set statement_timeout = '60s'");
  // So many fetches as are drawn, and one more: of a sequence that was never called, and of one that was
  for (const id of [50_001, 100_002, 150_002, 200_001, 1_200_002]) {
    await db.query(`insert into t (id) values (${id})`);
    assert.deepEqual(await db.query('select last_value from t_id_seq'), [[String(id)]]);
  }
});

databaseTest('nobody but who sets as well waits for a guard that waits to set', servers, guarded(), async (db) => {
  const [other, setter] = [await db.connect(), await db.connect()];
  const pid = await pidOf(setter);
  await other.query(`select pg_advisory_lock(${key})`);
  await setter.query('begin; savepoint before');
  const setting = assert.rejects(setter.query('insert into t (id) values (3000000)'), { code: '57014' });
  await waitsToSet(db, pid);
  await assertWeak(db, pid);
  await nobodyWaits(db, { andSets: false });

  // Cancelled, it leaves no row and no lock, and its transaction can go on
  await db.query(`select pg_cancel_backend(${pid})`);
  await setting;
  await setter.query('rollback to before');
  await assertWeak(db, pid);
  await nobodyWaits(db, { andSets: false });
  await other.query(`select pg_advisory_unlock(${key})`);
  await setter.query('insert into t (id) values (3000000); commit');
  assert.deepEqual(await db.query('select last_value >= 3000000 from t_id_seq'), [['t']]);
});

databaseTest('a guard that is cancelled as it gets its lock keeps none', servers, guarded(), async (db, t) => {
  const [other, setter] = [await db.connect(), await db.connect()];
  const pid = await pidOf(setter);
  const ends = { cancelled: 0, stored: 0 };
  // The transaction stays open, so that nothing but the guard itself gives the lock back
  await setter.query('begin');
  for (let round = 1; round <= 12; round++) {
    await other.query(`select pg_advisory_lock(${key})`);
    await setter.query('savepoint before');
    const setting = setter.query(`insert into t (id) select last_value + 3000000 from t_id_seq`).then(
      () => 'stored' as const,
      (error: unknown) => {
        if ((error as { code?: string }).code !== '57014') throw error;
        return 'cancelled' as const;
      },
    );
    await waitsToSet(db, pid);
    // One round trip: it may be cancelled while it waits, with the lock just got, or too late
    await other.query(`select pg_advisory_unlock(${key}), pg_cancel_backend(${pid})`);
    const end = await setting;
    ends[end]++;
    // What was stored is released and not undone: undoing would give back any lock
    await setter.query(end === 'stored' ? 'release before' : 'rollback to before');
    await assertWeak(db, pid);
  }
  t.diagnostic(JSON.stringify(ends));
});

databaseTest(
  'nobody waits for a guard that draws; cancelled, it keeps no lock',
  servers,
  guarded('cache 1000'),
  async (db) => {
    const client = await db.connect();
    const pid = await pidOf(client);
    await client.query('begin; savepoint before');
    // Not quite as many fetches as are drawn, of a thousand values each: it would take many seconds
    const drawing = assert.rejects(client.query('insert into t (id) values (49000000)'), { code: '57014' });
    await until(async () => (await db.query('select last_value > 10000 from t_id_seq'))[0]?.[0] === 't');
    // It keeps out guards that set, and nobody else
    const locks = (await locksOf(db, pid)).filter((lock) => lock !== 'AccessShareLock');
    assert.deepEqual(new Set(locks), new Set(['RowExclusiveLock', 'advisory']));
    await nobodyWaits(db, { andSets: false });
    await db.query(`select pg_cancel_backend(${pid})`);
    await drawing;
    await client.query('rollback to before');
    await assertWeak(db, pid);
    await client.query('insert into t (id) select last_value + 100 from t_id_seq');
    await assertWeak(db, pid);
  },
);
