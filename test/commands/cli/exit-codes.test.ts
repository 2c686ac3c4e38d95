import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, behindBlock, ends, report, run, superuserNote } from '../support.ts';

const healthy = 'create table ok (id serial primary key); insert into ok default values;';

databaseTest('nothing to find: exit 0, one line', servers, '', async (db) => {
  ends(await run(db, ['check']), { code: 0, stdout: '0 sequences\n', stderr: superuserNote });
  ends(await run(db, ['fix']), { code: 0, stdout: '0 sequences\n', stderr: superuserNote });
  ends(await run(db, ['fix', '--dry-run', '-q']), { code: 0 });
});

databaseTest('a sequence behind: check 1, fix 0, check 0, fix 0', servers, behind + healthy, async (db) => {
  const total = '\n2 sequences: 1 behind, 1 ok\n';
  ends(await run(db, ['check']), { code: 1, stdout: behindBlock + total, stderr: superuserNote });
  ends(await run(db, ['fix']), {
    code: 0,
    stdout: 'moved       public.users_id_seq  next 4 -> 17  step\n\n2 sequences: 2 ok\n',
    stderr: `${superuserNote}pgseq: moving 1 sequence of ${db.name} on ${db.server.host}:${db.server.port}\n`,
  });
  ends(await run(db, ['check', '-q']), { code: 0, stdout: '2 sequences: 2 ok\n' });
  ends(await run(db, ['fix', '-q']), { code: 0, stdout: '2 sequences: 2 ok\n' });
  assert.deepEqual(await db.query('insert into users default values returning id'), [['17']]);
});

/** Each state, what makes it, and how check and fix end. */
const states: readonly (readonly [string, string, number, number])[] = [
  ['ok', healthy, 0, 0],
  ['empty', 'create table e (id serial)', 0, 0],
  ['unlinked', 'create sequence s', 0, 0],
  ['incomparable', `create sequence s; create table t (id text default 'INV-' || nextval('s'))`, 0, 0],
  ['behind', behind, 1, 0],
  [
    'exhausted',
    `create table x (id smallserial); insert into x values (32767); select setval('x_id_seq', 32767)`,
    1,
    1,
  ],
];
for (const [state, setup, checked, fixed] of states) {
  databaseTest(`state ${state}: the exit codes`, newest, setup, async (db) => {
    const before = await report(db, ['check']);
    assert.deepEqual([before.sequences.map((one) => one.state), before.code], [[state], checked]);
    assert.equal((await run(db, ['check', '--fail-on', 'none'])).code, 0);
    assert.equal((await run(db, ['fix'])).code, fixed);
    assert.equal((await run(db, ['fix', '--fail-on', 'none'])).code, 0);
  });
}

databaseTest('a sequence with no free value left stays behind: fix 1', newest, full(), async (db) => {
  const before = await report(db, ['check']);
  assert.deepEqual(
    [before.sequences.map(({ state, reason }) => [state, reason]), before.code],
    [[['behind', 'no-target']], 1],
  );
  const after = await report(db, ['fix']);
  assert.deepEqual([after.sequences.map(({ action }) => action), after.code], [['skipped'], 1]);
});

function full(): string {
  return `create table f (id smallserial); insert into f values (32766), (32767); select setval('f_id_seq', 32765);`;
}

databaseTest(
  'a state that is unknown: 2, also beside findings and whatever --fail-on says',
  newest,
  behind,
  async (db) => {
    const role = db.role('reader');
    await db.query(`create table hidden (id serial); create role ${role} login;
    grant select on users, users_id_seq, hidden to ${role}`);
    const url = db.server.url(db.name, role);
    for (const args of [[], ['--fail-on', 'none'], ['-t', 'hidden'], ['-t', 'hidden', '--fail-on', 'warning']])
      assert.equal((await run({ url }, ['check', ...args])).code, 2, args.join(' '));
    assert.equal((await run({ url }, ['check', '-T', 'hidden'])).code, 1);
  },
);

databaseTest(
  '--fail-on warning counts warnings',
  newest,
  `${healthy} alter table ok alter id type bigint`,
  async (db) => {
    const { findings, code } = await report(db, ['check']);
    assert.deepEqual([findings.map(({ rule, level }) => [rule, level]), code], [[['narrow-sequence', 'warning']], 0]);
    assert.equal((await run(db, ['check', '--fail-on', 'error'])).code, 0);
    assert.equal((await run(db, ['check', '--fail-on', 'warning'])).code, 1);
    assert.equal((await run(db, ['fix', '--fail-on', 'warning'])).code, 1);
    assert.equal((await run(db, ['check', '--fail-on', 'none'])).code, 0);
  },
);

databaseTest('--fail-on says nothing about errors of the run itself', newest, '', async (db) => {
  assert.equal((await run(db, ['check', '--fail-on', 'none', '-t', 'nothing'])).code, 2);
  assert.equal((await run({ url: db.server.url('no_such_database') }, ['check', '--fail-on', 'none'])).code, 2);
});

databaseTest('a dry run with something to do: 1, and 0 with --fail-on none', newest, behind, async (db) => {
  const position = (): Promise<unknown> => positionOf(db);
  const before = await position();
  assert.equal((await run(db, ['fix', '--dry-run'])).code, 1);
  assert.equal((await run(db, ['fix', '--dry-run', '--format', 'json'])).code, 1);
  assert.equal((await run(db, ['fix', '--dry-run', '--fail-on', 'none'])).code, 0);
  assert.deepEqual(await position(), before);
});

databaseTest('a dry run of a margin alone has something to do, too', newest, healthy, async (db) => {
  const dry = await run(db, ['fix', '--dry-run', '--margin', '10', '-q']);
  assert.deepEqual([dry.code, dry.stdout.split('\n')[0]], [1, '-- public.ok_id_seq: the next value becomes 12']);
});

function positionOf(db: Database): Promise<unknown> {
  return db.query('select last_value, is_called from users_id_seq');
}
