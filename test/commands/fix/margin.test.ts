import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, ends, only, report, run } from '../support.ts';

databaseTest('--margin leaves room, and repeating it does nothing', servers, behind, async (db) => {
  const first = await report(db, ['fix', '--margin', '100']);
  assert.deepEqual([only(first).action, only(first).next, first.code], ['moved', '117', 0]);
  for (const margin of ['100', '50', '0']) {
    const again = await report(db, ['fix', '--margin', margin]);
    assert.deepEqual([only(again).action, only(again).next, again.code], ['unchanged', '117', 0]);
  }
  const more = await report(db, ['fix', '--margin', '1000']);
  assert.deepEqual([only(more).action, only(more).next], ['moved', '1017']);
});

databaseTest(
  '--margin lifts a healthy sequence with too little room, also with steps',
  servers,
  stepping(),
  async (db) => {
    const lifted = only(await report(db, ['fix', '--margin', '25']));
    assert.deepEqual([lifted.action, lifted.next], ['moved', '51']); // the first of 1, 11, 21, 31, 41, 51 beyond 21 + 25
    assert.equal(only(await report(db, ['fix', '--margin', '25'])).action, 'unchanged');
  },
);

const short = `create sequence s maxvalue 1000; create table t (id int primary key default nextval('s'));
  alter sequence s owned by t.id;
  insert into t select generate_series(1, 100); select setval('s', 3);`;

databaseTest('a long margin is no lone id: it is left as asked', newest, short, async (db) => {
  const moved = await report(db, ['fix', '--margin', '500']);
  assert.deepEqual([only(moved).action, only(moved).next, moved.findings, moved.code], ['moved', '601', [], 0]);
  assert.equal(only(await report(db, ['fix', '--margin', '500'])).action, 'unchanged');
});

databaseTest('a margin that does not fit is said, and the sequence moved without', newest, short, async (db) => {
  const said = 'pgseq: public.s gets no margin: it ends before it could leave 901 ids free\n';
  const moved = await run(db, ['fix', '--margin', '901']);
  assert.deepEqual([moved.code, moved.stdout], [0, 'moved       public.s  next 4 -> 101  step\n\n1 sequence: 1 ok\n']);
  assert.ok(moved.stderr.includes(said), moved.stderr);
  const again = await run(db, ['fix', '--margin', '901']);
  assert.deepEqual([again.code, again.stdout], [0, '1 sequence: 1 ok\n']);
  assert.ok(again.stderr.includes(said), again.stderr);
});

databaseTest('lone ids hold a move back with a margin as without', newest, short, async (db) => {
  await db.query('insert into t values (900)');
  const [with50, without] = [await report(db, ['fix', '--margin', '50']), await report(db, ['fix'])];
  assert.deepEqual([only(with50).action, only(with50).reason, only(with50).target], ['skipped', 'outlier', '901']);
  assert.deepEqual(with50, without);
});

function stepping(): string {
  return `create sequence s increment 10; create table t (id int default nextval('s') primary key);
    insert into t default values; insert into t default values; insert into t default values`;
}

databaseTest('--margin leaves empty tables and descending order alone', newest, '', async (db) => {
  await db.query(`create table e (id serial); create sequence d increment -1 maxvalue 100 minvalue -1000 start 100;
    create table t (id int default nextval('d')); insert into t values (50)`);
  const { sequences } = await report(db, ['fix', '--margin', '10']);
  assert.deepEqual(
    sequences.map(({ name, action, next }) => [name, action, next]),
    [
      ['public.d', 'moved', '39'],
      ['public.e_id_seq', 'unchanged', '1'],
    ],
  );
});

const byHand = ['fix', '--sequence', 'users_id_seq', '--to'];

databaseTest('--to moves one sequence forward by hand, and never backward', servers, behind, async (db) => {
  const moved = await report(db, [...byHand, '500']);
  assert.deepEqual([only(moved).action, only(moved).next, moved.code], ['moved', '500', 0]);
  for (const to of ['500', '499', '17', '1', '0', '-5']) {
    const kept = await report(db, [...byHand, to]);
    assert.deepEqual([only(kept).action, only(kept).next], ['unchanged', '500'], to);
  }
  const locked = await report(db, [...byHand, '1000', '--method', 'lock']);
  assert.deepEqual([only(locked).action, only(locked).next, only(locked).method], ['moved', '1000', 'lock']);
});

databaseTest('--to that stops short of the target leaves it behind: exit 1', newest, behind, async (db) => {
  const moved = await report(db, [...byHand, '10']);
  assert.deepEqual([only(moved).action, only(moved).next, only(moved).state, moved.code], ['moved', '10', 'behind', 1]);
});

databaseTest('--to beyond the bounds is a mistake', servers, behind, async (db) => {
  for (const to of ['2147483648', '9223372036854775808', '99999999999999999999999999'])
    ends(await run(db, [...byHand, to, '-q']), {
      code: 2,
      stderr: `pgseq: --to ${to}: public.users_id_seq cannot reach that: its values, and those of its columns, go from 1 to 2147483647\n`,
    });
  const last = await report(db, [...byHand, '2147483647', '--method', 'lock']);
  assert.deepEqual([only(last).next, only(last).state, only(last).remaining], ['2147483647', 'ok', '1']);
});

databaseTest('--to keeps to the progression, and counts downward where the sequence does', servers, '', async (db) => {
  await db.query('create sequence s increment 10; create sequence d increment -5 start -5');
  const up = only(await report(db, ['fix', '--sequence', 's', '--to', '95']));
  assert.equal(up.next, '101');
  const down = only(await report(db, ['fix', '--sequence', 'd', '--to', '-96']));
  assert.equal(down.next, '-100');
  assert.equal(only(await report(db, ['fix', '--sequence', 'd', '--to', '-1'])).action, 'unchanged');
});

databaseTest('--to needs one sequence', newest, `${behind} create sequence other`, async (db) => {
  ends(await run(db, ['fix', '-q', '--sequence', '*', '--to', '9']), {
    code: 2,
    stderr: 'pgseq: --to 9: moves exactly one sequence, and 2 are in scope\n  name it: --sequence schema.name --to N\n',
  });
});

databaseTest('--to as a dry run changes nothing', newest, behind, async (db) => {
  const dry = await run(db, [...byHand, '300', '--dry-run', '-q']);
  assert.equal(dry.code, 1);
  assert.match(dry.stdout, /^-- public\.users_id_seq: the next value becomes 300\n/);
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['3']]);
  await db.query(dry.stdout);
  assert.deepEqual(await db.query("select nextval('users_id_seq')"), [['300']]);
});
