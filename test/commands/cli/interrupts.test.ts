import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, ends, run, until } from '../support.ts';

// Runs on every Node: signals.

/** What fix says on standard error when it ends before it has looked again. */
const early = 'pgseq: this run ended early: the states are those that it knew last\n';

/** Two sequences behind, `b` held by another session, so that its move has to wait. */
const pair = `create table a (id serial primary key); insert into a values (5);
  create table b (id serial primary key); insert into b values (5);`;

/** A measurement that takes long: the column has no index, and a check reads every row of a table that is slow to read. */
const slow = `${behind} create table slow (id serial, filler text);
  insert into slow (filler) select '' from generate_series(1, 10);
  alter table users add check (id > 0);`;

/** Whether a session of pgseq is waiting in this database, for a lock or otherwise inside a statement. */
async function isBusy(db: Database): Promise<boolean> {
  const rows = await db.query(`select from pg_stat_activity
    where datname = current_database() and application_name = 'pgseq' and state = 'active' and wait_event_type = 'Lock'`);
  return rows.length > 0;
}

for (const [signal, code, word] of [
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
] as const) {
  databaseTest(`${signal} during check`, servers, slow, async (db) => {
    const other = await db.connect();
    await other.query('begin; lock table slow in access exclusive mode');
    const { child, result } = spawnPgseq(['check', '-q', db.url]);
    await until(() => isBusy(db));
    const begun = performance.now();
    child.kill(signal);
    ends(await result, { code, stderr: `pgseq: ${word}\n` });
    assert.ok(performance.now() - begun < 1500, 'it did not wait for the lock');
    await until(async () => !(await isBusy(db)));
  });

  databaseTest(`${signal} during fix: what was moved is reported first`, servers, pair, async (db) => {
    const other = await db.connect();
    await other.query('begin; lock table b in share mode; insert into b values (50)');
    const { child, result } = spawnPgseq(['fix', '-q', db.url]);
    // Both are moved; then it waits for the writer of b
    await until(async () => (await db.query('select from b_id_seq where last_value = 5')).length === 1);
    child.kill(signal);
    const { code: ended, stdout, stderr } = await result;
    assert.deepEqual([ended, stderr], [code, `${early}pgseq: ${word}\n`]);
    assert.equal(
      stdout,
      `moved       public.a_id_seq  next 1 -> 6  step
moved       public.b_id_seq  next 1 -> 6  step

2 sequences: 2 ok
`,
    );
  });
}

databaseTest('interrupted between two moves: the report tells moved from not', newest, pair, async (db) => {
  await db.query('alter sequence b_id_seq cache 1; alter table b alter id set not null');
  const other = await db.connect();
  // What holds a sequence so that even nextval waits
  await other.query('begin; alter sequence b_id_seq cache 1');
  const { child, result } = spawnPgseq(['fix', '-q', '--lock-timeout', '20s', '--statement-timeout', '60s', db.url]);
  await until(async () => (await db.query('select from a_id_seq where last_value = 5')).length === 1);
  await until(() => isBusy(db));
  child.kill('SIGINT');
  const { code, stdout, stderr } = await result;
  assert.deepEqual([code, stderr], [130, `${early}pgseq: interrupted\n`]);
  assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\nfailed {6}public\.b_id_seq/);
  assert.match(stdout, /^public\.b_id_seq: interrupted\n {2}A second run finishes it\.$/m);
  assert.match(stdout, /^2 sequences: 1 behind, 1 ok/m);
  await other.query('rollback');
  assert.equal((await run(db, ['fix'])).code, 0);
});

databaseTest('--timeout ends check', newest, slow, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table slow in access exclusive mode');
  ends(await run(db, ['check', '-q', '--timeout', '700ms']), {
    code: 2,
    stderr: 'pgseq: the time for this run is up (--timeout 0.7s), measuring 0/2\n  allow more: --timeout 30m\n',
  });
});

databaseTest('--timeout ends fix, and the report tells what was done', newest, pair, async (db) => {
  const other = await db.connect();
  await other.query('begin; insert into a values (60)');
  const { code, stdout, stderr } = await run(db, ['fix', '-q', '--timeout', '2s']);
  assert.equal(code, 2);
  assert.equal(
    stderr,
    `${early}pgseq: the time for this run is up (--timeout 2s), waiting for open transactions 0/1\n  allow more: --timeout 30m\n`,
  );
  assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\nmoved {7}public\.b_id_seq/);
  const json = await run(db, ['fix', '-q', '--timeout', '1s', '--format', 'json']);
  assert.equal(json.code, 2);
  assert.equal(JSON.parse(json.stdout).sequences.length, 2);
});

databaseTest('a table that is locked costs only itself, and check says so', newest, slow, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table slow in access exclusive mode');
  const { code, stdout } = await run(db, ['check', '-q']);
  assert.equal(code, 2);
  assert.match(stdout, /^error: public\.users_id_seq will hand out 4/);
  assert.match(stdout, /^warning: cannot read public\.slow\.id: somebody holds a lock on it/m);
  assert.match(stdout, /^2 sequences: 1 behind, 1 unknown/m);
});

databaseTest('--statement-timeout costs only the measurement that is slow', newest, '', async (db) => {
  await db.query(`${behind} create table long (id serial, filler text);
    insert into long (filler) select repeat('x', 50) from generate_series(1, 400000)`);
  const found = await run(db, ['check', '-q', '--statement-timeout', '5ms']);
  assert.equal(found.code, 2);
  assert.match(found.stdout, /^warning: cannot read public\.long\.id: the statement timeout ran out/m);
  assert.match(found.stdout, /^ {2}Allow more with --statement-timeout, or give the column an index\.$/m);
  assert.equal((await run(db, ['check', '-q'])).code, 1);
});
