import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, only, report, run, until } from '../support.ts';

/** Where the sequence's data are stored; ALTER SEQUENCE gives it a new file, nextval does not. */
async function file(db: Database, sequence: string): Promise<unknown> {
  return (await db.query(`select pg_relation_filenode('${sequence}')`))[0];
}

for (const [method, locks] of [
  ['step', false],
  ['lock', true],
  ['auto', false],
] as const) {
  databaseTest(`--method ${method}`, servers, behind, async (db) => {
    const before = await file(db, 'users_id_seq');
    const fixed = await report(db, ['fix', '--method', method]);
    assert.deepEqual([only(fixed).method, only(fixed).next, fixed.code], [locks ? 'lock' : 'step', '17', 0]);
    assert.equal((await file(db, 'users_id_seq'))?.toString() !== before?.toString(), locks);
    assert.deepEqual(await db.query('insert into users default values returning id'), [['17']]);
  });
}

databaseTest('auto locks where other sessions hold values in their caches', servers, cached(), async (db) => {
  const other = await db.connect();
  await other.query("select nextval('t_id_seq')"); // 1; it holds 2 to 20
  await db.query('insert into t values (5), (30)');
  const found = await report(db, ['check']);
  assert.deepEqual(
    found.findings.map(({ rule }) => rule),
    ['behind', 'cached'],
  );
  const fixed = only(await report(db, ['fix']));
  assert.deepEqual([fixed.method, fixed.next], ['lock', '31']);
  const drawn = await other.query<{ nextval: string }>("select nextval('t_id_seq')");
  assert.equal(drawn.rows[0]?.nextval, '31', 'its cache was thrown away');
});

databaseTest('stepping passes the goal also where values are cached', servers, cached(), async (db) => {
  await db.query("insert into t values (25); select nextval('t_id_seq')");
  const fixed = only(await report(db, ['fix', '--method', 'step']));
  assert.deepEqual([fixed.state, fixed.action], ['ok', 'moved']);
  const fresh = await db.connect();
  await fresh.query('insert into t default values');
});

function cached(): string {
  return 'create table t (id serial primary key); alter sequence t_id_seq cache 20';
}

databaseTest('auto locks where stepping would take long', newest, '', async (db) => {
  await db.query('create table t (id bigserial primary key); insert into t select generate_series(2000001, 2000100)');
  const fixed = only(await report(db, ['fix']));
  assert.deepEqual([fixed.method, fixed.next], ['lock', '2000101']);
});

databaseTest('an event trigger that forbids DDL: auto falls back to stepping', servers, cached(), async (db) => {
  await db.query(`insert into t values (5);
    create function no() returns event_trigger language plpgsql as 'begin raise exception $$no DDL today$$; end';
    create event trigger no on ddl_command_start execute function no()`);
  const refused = await report(db, ['fix', '--method', 'lock']);
  assert.deepEqual([only(refused).action, only(refused).error?.message, refused.code], ['failed', 'no DDL today', 2]);
  const fixed = await report(db, ['fix']);
  assert.deepEqual([only(fixed).action, only(fixed).method, only(fixed).state, fixed.code], ['moved', 'step', 'ok', 0]);
});

databaseTest(
  'a sequence that an idle transaction holds: lock names the holder, auto steps',
  servers,
  cached(),
  async (db) => {
    await db.query('insert into t values (50)');
    const other = await db.connect({ application_name: 'forgotten' });
    await other.query("begin; select nextval('t_id_seq')");
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
    const refused = await report(db, ['fix', '--method', 'lock', '--wait', '0s']);
    assert.deepEqual([only(refused).action, only(refused).error?.code, refused.code], ['failed', '55P03', 2]);
    assert.match(
      only(refused).error?.message ?? '',
      new RegExp(
        `^process ${rows[0]?.pid} \\(postgres, "forgotten", idle in transaction\\) holds public\\.t_id_seq, open for \\d+ s$`,
      ),
    );
    const begun = performance.now();
    const fixed = await report(db, ['fix', '--wait', '0s']);
    assert.deepEqual([only(fixed).method, only(fixed).state, fixed.code], ['step', 'ok', 0]);
    assert.ok(performance.now() - begun < 20_000);
    await other.query('rollback');
  },
);

databaseTest('a writer waits no longer than --lock-timeout', newest, cached(), async (db) => {
  await db.query('insert into t values (50)');
  const holder = await db.connect();
  await holder.query('begin; lock table t_id_seq in share mode').catch(async () => {
    // Sequences cannot be locked by LOCK TABLE; currval keeps a lock as nextval does
    await holder.query('rollback; begin');
    await holder.query("select nextval('t_id_seq')");
  });
  const { code } = await run(db, ['fix', '--method', 'lock', '--lock-timeout', '50ms', '--wait', '0s']);
  assert.equal(code, 2);
  await holder.query('rollback');
  assert.equal((await run(db, ['fix', '--method', 'lock'])).code, 0);
});

databaseTest('stepping passes the goal also where its own session has values in its cache', newest, '', async (db) => {
  await db.query(
    'create table t (id serial primary key); alter sequence t_id_seq cache 1000; insert into t values (5)',
  );
  const writer = await db.connect();
  await writer.query('begin; insert into t values (1003)');
  const { result } = spawnPgseq(['fix', '-q', '--method', 'step', '--format', 'json', db.url]);
  await until(async () => (await db.query('select from t_id_seq where last_value = 1000')).length === 1);
  await writer.query('commit');
  const { code, stdout } = await result;
  assert.deepEqual([code, only(JSON.parse(stdout)).action, only(JSON.parse(stdout)).state], [0, 'moved', 'ok']);
});
