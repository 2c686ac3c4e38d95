import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { type PgseqResult, spawnPgseq, startPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, ends, goesOn, run, until } from '../support.ts';

// Runs on every Node: signals.

/** What fix says on standard error when it ends before it has looked again. */
const early = 'pgseq: this run ended early: the states shown are the last known ones\n';

/** Two sequences behind, `b` held by another session, so that its move has to wait. */
const pair = `create table a (id serial primary key); insert into a values (5);
  create table b (id serial primary key); insert into b values (5);`;

/** A measurement that takes long: the column has no index, and a check reads every row of a table that is slow to read. */
const slow = `${behind} create table slow (id serial, filler text);
  insert into slow (filler) select '' from generate_series(1, 10);
  alter table users add check (id > 0);`;

/** So many tables that others hold that check, which waits two seconds for each, waits until it is interrupted. */
const held = Array.from({ length: 30 }, (_, i) => `held${i}`);
const locked = held.map((name) => `create table ${name} (id serial);`).join('\n');
const lock = `begin; lock table ${held.join(', ')} in access exclusive mode`;

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
  databaseTest(`${signal} during check`, servers, locked, async (db) => {
    const other = await db.connect();
    await other.query(lock);
    // Killed as a shell does it; it does not wait for the locks, which are held until the end
    const { child, result } = spawnPgseq(['check', '-q', db.url]);
    await until(() => isBusy(db));
    child.kill(signal);
    ends(await result, { code, stderr: `pgseq: ${word}\n` });
    await until(async () => !(await isBusy(db)));
  });

  databaseTest(`${signal} during fix: what was moved is reported first`, servers, pair, async (db) => {
    const other = await db.connect();
    await other.query('begin; lock table b in share mode; insert into b values (50)');
    const { signal: send, result } = startPgseq(['fix', '-q', '--wait', '5min', db.url]);
    // Both are moved; then it waits for the writer of b
    await until(async () => (await db.query('select from b_id_seq where last_value = 5')).length === 1);
    await goesOn(db, 3);
    send(signal);
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
  const { signal, result } = startPgseq([
    'fix',
    '-q',
    '--lock-timeout',
    '10min',
    '--statement-timeout',
    '10min',
    db.url,
  ]);
  await until(async () => (await db.query('select from a_id_seq where last_value = 5')).length === 1);
  await until(() => isBusy(db));
  signal('SIGINT');
  const { code, stdout, stderr } = await result;
  assert.deepEqual([code, stderr], [130, `${early}pgseq: interrupted\n`]);
  assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\nfailed {6}public\.b_id_seq/);
  assert.match(stdout, /^public\.b_id_seq: interrupted\n {2}Run it again to finish\.$/m);
  assert.match(stdout, /^2 sequences: 1 behind, 1 ok/m);
  await other.query('rollback');
  assert.equal((await run(db, ['fix'])).code, 0);
});

/** Runs with a --timeout so long that it comes as far as this pattern says, on a machine as busy as this one. */
async function timedOut(
  db: Database,
  args: readonly string[],
  far: RegExp,
): Promise<PgseqResult & { readonly seconds: number }> {
  for (let seconds = 1; ; seconds *= 4) {
    const result = await run(db, [...args, '-q', '--timeout', `${seconds}s`]);
    if (far.test(result.stderr) || seconds > 100) return { ...result, seconds };
  }
}

databaseTest('--timeout ends check', newest, locked, async (db) => {
  const other = await db.connect();
  await other.query(lock);
  const { code, stdout, stderr, seconds } = await timedOut(db, ['check'], /measuring/);
  assert.deepEqual([code, stdout], [2, '']);
  const said = `pgseq: timed out after ${seconds}s (--timeout) while measuring N/30\n  to allow more: --timeout 30m\n`;
  assert.equal(stderr.replace(/\d+\/30/, 'N/30'), said);
});

databaseTest('--timeout ends fix, and the report tells what was done', newest, pair, async (db) => {
  const other = await db.connect();
  await other.query('begin; insert into a values (60)');
  const { code, stdout, stderr, seconds } = await timedOut(db, ['fix', '--wait', '30min'], /waiting for open/);
  assert.equal(code, 2);
  assert.equal(
    stderr,
    `${early}pgseq: timed out after ${seconds}s (--timeout) while waiting for open transactions 0/1\n  to allow more: --timeout 30m\n`,
  );
  assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\nmoved {7}public\.b_id_seq/);
  const json = await timedOut(db, ['fix', '--wait', '30min', '--format', 'json'], /waiting for open/);
  assert.equal(json.code, 2);
  assert.equal(JSON.parse(json.stdout).sequences.length, 2);
});

databaseTest('a table that is locked costs only itself, and check says so', newest, slow, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table slow in access exclusive mode');
  const { code, stdout } = await run(db, ['check', '-q']);
  assert.equal(code, 2);
  assert.match(stdout, /^error: public\.users\.id: the next id would be 4/);
  assert.match(stdout, /^warning: cannot read public\.slow\.id: another session holds a lock on it/m);
  assert.match(stdout, /^2 sequences: 1 behind, 1 unknown/m);
});

databaseTest('--statement-timeout costs only the measurement that is slow', newest, '', async (db) => {
  await db.query(`${behind} create table long (id serial); insert into long values (1)`);
  // It waits for somebody longer than it may take, and less long than locks are waited for: on any machine
  const holder = await db.connect();
  await holder.query('begin; lock table long in access exclusive mode');
  const found = await run(db, ['check', '-q', '--statement-timeout', '1s']);
  await holder.query('rollback');
  assert.equal(found.code, 2);
  assert.match(found.stdout, /^warning: cannot read public\.long\.id: the statement timeout ran out/m);
  assert.match(found.stdout, /^ {2}Allow more with --statement-timeout, or give the column an index\.$/m);
  assert.equal((await run(db, ['check', '-q'])).code, 1);
});
