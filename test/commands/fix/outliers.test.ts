import assert from 'node:assert/strict';
import { assertInStep } from '../../../src/index.ts';
import { databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest, servers } from '../../support/servers.ts';
import { bySql } from '../../psql/support.ts';
import { only, report, run } from '../support.ts';

/** Ten rows, and a mistyped id of ten digits. */
const mistyped = `create table t (id serial primary key);
  insert into t default values; insert into t values (2), (2000000000)`;

databaseTest('one mistyped id does not burn the range', servers, mistyped, async (db) => {
  const checked = await report(db, ['check']);
  assert.deepEqual([only(checked).state, only(checked).reason, checked.code], ['behind', 'outlier', 1]);
  assert.deepEqual(
    checked.findings.map(({ rule, level }) => [rule, level]),
    [
      ['behind', 'error'],
      ['outlier', 'warning'],
    ],
  );
  assert.match(checked.findings.find(({ rule }) => rule === 'outlier')?.message ?? '', /2000000000/);
  const kept = await report(db, ['fix']);
  assert.deepEqual([only(kept).action, only(kept).reason, only(kept).next, kept.code], ['skipped', 'outlier', '2', 1]);
  const dry = await run(db, ['fix', '--dry-run', '-q']);
  assert.equal(dry.stdout, '');
});

databaseTest('where nothing else stands ahead, that is one warning', servers, mistyped, async (db) => {
  await db.query("select setval('t_id_seq', 2)");
  for (const command of ['check', 'fix']) {
    const { findings, code, summary } = await report(db, [command]);
    assert.deepEqual(
      findings.map(({ rule, level }) => [rule, level]),
      [['outlier', 'warning']],
    );
    assert.deepEqual([code, summary['behind']], [0, 1], command);
    assert.equal((await run(db, [command, '--fail-on', 'warning'])).code, 1);
    assert.match((await run(db, [command])).stdout, /^1 sequence: 1 outlier$/m);
  }
  await withQueryable(db.url, async (session) => {
    assert.equal((await assertInStep(session)).summary.behind, 1);
    await db.query("select setval('t_id_seq', 1)");
    await assert.rejects(assertInStep(session), /1 sequence is not in sync/);
  });
});

databaseTest('--max-jump 100% moves it all the same', servers, mistyped, async (db) => {
  const moved = await report(db, ['fix', '--max-jump', '100%']);
  assert.deepEqual([only(moved).action, only(moved).next, moved.code], ['moved', '2000000001', 0]);
});

databaseTest('a table that really ends there is moved: more than ten ids', servers, mistyped, async (db) => {
  await db.query('insert into t select generate_series(1999999981, 1999999989)');
  assert.equal(only(await report(db, ['fix'])).action, 'skipped', 'ten');
  await db.query('insert into t values (1999999990)');
  const moved = await report(db, ['fix']);
  assert.deepEqual([only(moved).action, only(moved).next], ['moved', '2000000001']);
});

databaseTest(
  '--max-jump says how far is far',
  newest,
  'create table t (id smallserial); insert into t values (1000)',
  async (db) => {
    assert.equal(only(await report(db, ['fix', '--max-jump', '1%'])).action, 'skipped');
    assert.equal(only(await report(db, ['fix'])).action, 'moved');
  },
);

const pooled = `create sequence s increment 50 maxvalue 1000; create table t (id int primary key);
  select setval('s', 801); insert into t values (860)`;

databaseTest('the ids of a block that its value ends are counted too', newest, pooled, async (db) => {
  const links = ['s=t.id@below'];
  const checked = await report(db, ['check', '--link', 's=t.id@below']);
  assert.deepEqual(
    checked.findings.map(({ rule, message }) => [rule, message]),
    [
      [
        'outlier',
        'public.s will run into 1 outlying id (860) after 1 more call; moving it beyond that would use up 67 % of the remaining values',
      ],
    ],
  );
  assert.equal((await bySql(db, { links })).get('public.s')?.['reason'], 'outlier');
  await db.query('insert into t select generate_series(861, 870)');
  assert.equal((await bySql(db, { links })).get('public.s')?.['reason'], null);
  const moved = only(await report(db, ['fix', '--link', 's=t.id@below']));
  assert.deepEqual([moved.action, moved.next], ['moved', '951']);
});

databaseTest('no jump across 2^53 for a few ids', newest, '', async (db) => {
  await db.query('create table t (id bigserial); insert into t values (9007199254740993)');
  const kept = only(await report(db, ['fix']));
  assert.deepEqual([kept.action, kept.reason], ['skipped', 'outlier']);
});
