import assert from 'node:assert/strict';
import { fix } from '../../../src/index.ts';
import { databaseTest } from '../../support/database.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, goesOn, only, report, run, until } from '../support.ts';

/** More transactions than a fix of two sequences takes that waits for nobody. */
const enough = 9;

databaseTest('an explicit id that is committed while fix waits is seen and moved past', servers, behind, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into users values (100)');
  const { result } = startPgseq(['fix', '-q', '--format', 'json', db.url]);
  await until(async () => (await db.query('select from users_id_seq where last_value = 16')).length === 1);
  await writer.query('commit');
  const { code, stdout } = await result;
  const fixed = only(JSON.parse(stdout));
  assert.deepEqual([code, fixed.action, fixed.before?.next, fixed.after?.next], [0, 'moved', '4', '101']);
  assert.deepEqual(await db.query('insert into users default values returning id'), [['101']]);
});

databaseTest('also where the sequence looked fine', servers, 'create table t (id serial primary key)', async (db) => {
  await db.query('insert into t default values');
  const writer = await db.connect();
  await writer.query('begin; insert into t values (40)');
  const { result } = startPgseq(['fix', '-q', '--format', 'json', db.url]);
  await goesOn(db, enough);
  await writer.query('commit');
  const { code, stdout } = await result;
  assert.deepEqual([code, only(JSON.parse(stdout)).next], [0, '41']);
});

databaseTest('a rollback moves nothing further', newest, behind, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into users values (100)');
  const fixing = report(db, ['fix']);
  await goesOn(db, enough);
  await writer.query('rollback');
  const fixed = await fixing;
  assert.deepEqual([fixed.code, only(fixed).next], [0, '17']);
});

databaseTest('when the wait runs out the holder is named: exit 2', servers, behind, async (db) => {
  const writer = await db.connect({ application_name: 'importer' });
  await writer.query('begin; insert into users values (100)');
  const { rows } = await writer.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  const { code, stdout, stderr } = await run(db, ['fix', '-q', '--wait', '300ms']);
  assert.deepEqual([code, stdout], [2, 'moved       public.users_id_seq  next 4 -> 17  step\n\n1 sequence: 1 ok\n']);
  assert.match(
    stderr,
    new RegExp(
      `^pgseq: still open after --wait, so its ids are not visible yet: process ${pid} \\(postgres, "importer", idle in transaction\\) holds public\\.users, open for \\d+ s\\n$`,
    ),
  );
  const { holders } = await report(db, ['fix', '--wait', '100ms']);
  assert.deepEqual(
    holders?.map(({ pid, application, state, gid, relation }) => ({ pid, application, state, gid, relation })),
    [{ pid: String(pid), application: 'importer', state: 'idle in transaction', gid: null, relation: 'public.users' }],
  );
});

databaseTest('--wait 0s waits for nobody', newest, behind, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into users values (100)');
  const fixed = await report(db, ['fix', '--wait', '0s']);
  assert.deepEqual([fixed.code, only(fixed).next, fixed.holders], [0, '17', []]);
});

databaseTest('a prepared transaction is named by its gid', servers, behind, async (db) => {
  const writer = await db.connect();
  const gid = `forgotten ${db.name}`;
  await writer.query(`begin; insert into users values (100); prepare transaction '${gid}'`);
  try {
    const { code, stderr } = await run(db, ['fix', '-q', '--wait', '200ms']);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`: prepared transaction ${gid} holds public\\.users, open for \\d+ s\\n$`));
  } finally {
    await writer.query(`commit prepared '${gid}'`);
  }
  const fixed = await report(db, ['fix']);
  assert.deepEqual([fixed.code, only(fixed).next], [0, '101']);
});

databaseTest('writers of partitions and children are waited for as well', servers, tree(), async (db) => {
  for (const [table, relation] of [
    ['parts_1', 'public.parts_1'],
    ['child', 'public.child'],
  ] as const) {
    const writer = await db.connect();
    await writer.query(`begin; insert into ${table} values (70)`);
    const { code, stderr } = await run(db, ['fix', '-q', '--wait', '100ms']);
    assert.equal(code, 2);
    assert.ok(stderr.includes(` holds ${relation}, `), stderr);
    await writer.query('rollback');
  }
  assert.equal((await run(db, ['fix', '--wait', '100ms'])).code, 0);
});

function tree(): string {
  return `create table parts (id bigserial) partition by range (id); create table parts_1 partition of parts for values from (0) to (1000);
    create table parent (id bigserial); create table child () inherits (parent)`;
}

databaseTest(
  'readers, and writers of other tables, are not waited for',
  newest,
  `${behind} create table other (n int)`,
  async (db) => {
    const reader = await db.connect();
    await reader.query('begin; select * from users; insert into other values (1)');
    const { code, holders } = await report(db, ['fix', '--wait', '1ms']);
    assert.deepEqual([code, holders], [0, []]);
  },
);

databaseTest(
  'a holder that outlasts the wait is named, also when others had more to move past',
  newest,
  '',
  async (db) => {
    await db.query('create table slow (id serial primary key); create table quick (id serial primary key)');
    const [slow, quick] = [await db.connect(), await db.connect()];
    await slow.query('begin; insert into slow values (100)');
    await quick.query('begin; insert into quick values (100)');
    const { holders, sequences } = await withQueryable(db.url, (pgseq) =>
      fix(pgseq, {
        wait: 1000,
        // The first of them is over while it waits
        onProgress: ({ phase }) => void (phase === 'wait' && quick.query('commit')),
      }),
    );
    assert.deepEqual(
      sequences.map(({ name, action }) => `${name} ${action}`),
      ['public.quick_id_seq moved', 'public.slow_id_seq unchanged'],
    );
    assert.deepEqual(
      holders.map(({ relation }) => relation),
      ['public.slow'],
    );
    await slow.query('rollback');
  },
);
