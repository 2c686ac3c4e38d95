import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../../commands/support.ts';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { pgseq, type PgseqResult, startPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { openSession, rowsAt } from '../../support/session.ts';
import { databaseTest } from '../../support/database.ts';

// The server is stopped while pgseq is at work, or an administrator ends its connection. Where pgseq is then is made certain
// by what it waits for: a table that somebody holds, a transaction that is open.

const behind = `drop table if exists a, b; create table a (id serial primary key); insert into a values (5);
  create table b (id serial primary key); insert into b values (5)`;

/** Whether pgseq has come to where it waits. */
const waits = {
  check: "select from pg_stat_activity where application_name = 'pgseq' and wait_event_type = 'Lock'",
  fix: 'select from b_id_seq where last_value = 5',
};

const lost =
  /^(?:pgseq: this run ended early: .*\n)?pgseq: the connection to the server was lost: .*\n {2}its log says why; what was done until then remains, and a second run continues from there\n$/;

function isTold({ code, stdout, stderr }: PgseqResult, command: 'check' | 'fix'): void {
  assert.equal(code, 2);
  assert.match(stderr, lost);
  const moved =
    'moved       public.a_id_seq  next 1 -> 6  step\nmoved       public.b_id_seq  next 1 -> 6  step\n\n2 sequences: 2 ok\n';
  assert.equal(stdout, command === 'fix' ? moved : '');
}

for (const { major } of servers)
  describe(`the server is stopped (${major})`, () => {
    let cluster: Cluster;
    before(async () => {
      cluster = await startCluster(major);
    });
    after(() => cluster.remove());

    for (const mode of ['fast', 'immediate'] as const)
      for (const command of ['check', 'fix'] as const)
        test(`${mode}, during ${command}`, async () => {
          const url = cluster.url('postgres');
          await rowsAt(url, behind);
          const other = await openSession({ connectionString: url });
          await other.query(
            `begin; ${command === 'check' ? 'lock table b in access exclusive mode' : 'insert into b values (9)'}`,
          );
          const { result } = startPgseq([command, '-q', url]);
          await until(async () => (await rowsAt(url, waits[command])).length > 0);
          await cluster.stop(mode);
          isTold(await result, command);
          const down = await pgseq([command, '-q', url]);
          assert.equal(down.code, 2);
          assert.match(
            down.stderr,
            /^pgseq: cannot connect to .*: nothing listens there \(ECONNREFUSED\)\n {2}.*is the server running\?/,
          );
          await cluster.start();
          const again = await pgseq(['fix', '-q', url]);
          assert.equal(again.code, 0, again.stdout + again.stderr);
          // After a crash a sequence goes on from where it was logged to be: up to 32 further
          for (const table of ['a', 'b']) {
            const [[id] = []] = await rowsAt(url, `insert into ${table} default values returning id`);
            assert.ok(Number(id) === 6 || (mode === 'immediate' && Number(id) > 6), `${table} gives ${id}`);
          }
        });
  });

databaseTest('an administrator ends the connection during check', newest, behind, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table b in access exclusive mode');
  const { result } = startPgseq(['check', '-q', db.url]);
  const mine = `${waits.check} and datname = current_database()`;
  await until(async () => (await db.query(mine)).length > 0);
  await db.query(mine.replace('select', 'select pg_terminate_backend(pid)'));
  isTold(await result, 'check');
});

databaseTest('an administrator ends the connection between two moves', newest, behind, async (db) => {
  const other = await db.connect();
  await other.query('begin; alter sequence b_id_seq cache 1');
  const { result } = startPgseq(['fix', '-q', '--method', 'step', '--lock-timeout', '20s', db.url]);
  const mine = `${waits.check} and datname = current_database()`;
  await until(async () => (await db.query(mine)).length > 0);
  await db.query(mine.replace('select', 'select pg_terminate_backend(pid)'));
  const { code, stdout, stderr } = await result;
  assert.equal(code, 2);
  assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\n\n2 sequences: 1 behind, 1 ok\n$/);
  assert.match(stderr, lost);
  await other.query('rollback');
  assert.equal((await pgseq(['fix', '-q', db.url])).code, 0);
  assert.deepEqual(await db.query('insert into b default values returning id'), [['6']]);
});
