// A streaming standby: check finds there what it finds on the primary, also while the standby cancels what is in the way of
// what it replays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkScript } from '../../../src/psql/check.ts';
import { behind, report, until } from '../../commands/support.ts';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { openSession, rowsAt, rowsOf } from '../../support/session.ts';

let primary: Cluster;
let standby: Cluster;

/** `slow` takes a while to read: it has no index, and its values are long numbers. */
const shop = `${behind}
  create sequence cached cache 20; create table orders (id bigint primary key default nextval('cached'));
  insert into orders select generate_series(1, 500);
  create table fine (id serial primary key); insert into fine values (1); select setval('fine_id_seq', 1);
  create table "Odd ""name" (id smallint generated always as identity); insert into "Odd ""name" overriding system value values (9);
  create sequence slow_seq; create table slow (id numeric default nextval('slow_seq'));
  insert into slow select 0.5 + i / 1e9 from generate_series(1, 600000) i;
  analyze`;

before(async () => {
  primary = await startCluster(newest.major);
  await rowsAt(primary.url('postgres'), 'create database app');
  await rowsAt(primary.url('app'), shop);
  // Whatever is in the way is cancelled at once
  const settings = { max_standby_streaming_delay: '0', hot_standby_feedback: 'off' };
  standby = await startCluster(newest.major, { standbyOf: primary, settings });
});

after(async () => {
  await standby.remove();
  await primary.remove();
});

test('check finds on a standby what it finds on the primary', async () => {
  const there = await report({ url: primary.url('app') }, ['check']);
  const here = await report({ url: standby.url('app') }, ['check']);
  assert.equal(here.code, 1);
  assert.deepEqual(here.sequences, there.sequences);
  assert.deepEqual(here.summary, there.summary);
  const [first, ...rest] = here.findings;
  assert.equal(first?.rule, 'standby');
  assert.deepEqual(rest, there.findings);
});

test('sql check says on a standby what check says', async () => {
  const { sequences } = await report({ url: standby.url('app') }, ['check']);
  const client = await openSession({ connectionString: standby.url('app') });
  const results = (await client.query(checkScript({}))) as unknown as { rows: { sequence: string; state: string }[] }[];
  await client.end();
  assert.deepEqual(
    results.flatMap(({ rows }) => rows.map(({ sequence, state }) => [sequence, state])),
    sequences.map(({ name, state }) => [name, state]),
  );
});

/** What a table that is locked for a moment on the primary does to the statements that read it on the standby. */
const conflict = 'begin; lock table slow in access exclusive mode; commit';

/** How many statements the standby has cancelled. */
const conflicts = async (): Promise<number> =>
  Number(
    (
      await rowsAt(standby.url('app'), `select confl_lock from pg_stat_database_conflicts where datname = 'app'`)
    )[0]?.[0],
  );

/** Runs check on the standby, and gets in the way of so many of its reads of the slow table. */
async function checkAmidConflicts(times: number): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const witness = await openSession({ connectionString: standby.url('app') });
  const master = await openSession({ connectionString: primary.url('app') });
  try {
    const { child, result } = spawnPgseq(['check', '-q', standby.url('app')]);
    const isRunning = (): boolean => child.exitCode === null;
    const reading = `select from pg_locks where relation = 'slow'::regclass and granted and pid <> pg_backend_pid()`;
    for (let done = 0; isRunning() && done < times; done++) {
      while (isRunning() && (await rowsOf(witness, reading)).length === 0);
      await master.query(conflict);
    }
    return await result;
  } finally {
    await witness.end();
    await master.end();
  }
}

test('a statement that is cancelled for the replay is asked again', async () => {
  const calm = await checkAmidConflicts(0);
  assert.equal(calm.code, 1);
  // It may have read the table before the replay came in its way
  await until(async () => {
    const before = await conflicts();
    assert.deepEqual(await checkAmidConflicts(1), calm);
    return (await conflicts()) > before;
  });
});

test('one that is cancelled again and again is told, and costs only itself', async () => {
  await until(async () => {
    const { code, stdout } = await checkAmidConflicts(1000);
    if (code === 1) return false;
    assert.equal(code, 2);
    assert.match(stdout, /^warning: cannot read public\.slow\.id: .* due to conflict with recovery/m);
    assert.match(stdout, /^5 sequences: 3 behind, 1 unknown, 1 ok/m);
    return true;
  });
});
