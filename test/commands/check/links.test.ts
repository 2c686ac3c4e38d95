import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { ends, only, report, run } from '../support.ts';

/** Hibernate's habits: one sequence for all, steps of 50, and no default anywhere. */
const hibernate = `
  create sequence pooled increment 50;
  create table users (id bigint primary key);
  create table orders (id bigint primary key);
  insert into users values (1), (60);
  insert into orders select generate_series(1, 12);
  select setval('pooled', 51);`;

databaseTest('an unlinked sequence is neither judged nor moved', servers, hibernate, async (db) => {
  const found = only(await report(db, ['fix']));
  assert.deepEqual([found.state, found.action, found.columns], ['unlinked', 'unchanged', []]);
});

// next is 101. @below: it stands for 52…101, so 60 is taken; @above: for 101…150; @single: for 101
for (const [block, state, target] of [
  ['below', 'behind', '151'],
  ['above', 'ok', null],
  ['single', 'ok', null],
] as const) {
  databaseTest(`--link with blocks @${block}`, servers, hibernate, async (db) => {
    const link = `public.pooled=public.users.id,public.orders.id@${block}`;
    const found = only(await report(db, ['check', '--link', link]));
    assert.deepEqual([found.state, found.target], [state, target]);
    assert.deepEqual(
      found.columns.map(({ name, link, furthest }) => [name, link, furthest]),
      [
        ['public.orders.id', 'configured', '12'],
        ['public.users.id', 'configured', '60'],
      ],
    );
    const fixed = await report(db, ['fix', '--link', link]);
    assert.deepEqual([fixed.code, only(fixed).next], [0, target ?? '101']);
    assert.equal((await report(db, ['check', '--link', link])).code, 0);
  });
}

databaseTest('@above is behind only when its block is', newest, hibernate, async (db) => {
  await db.query('insert into users values (130)');
  const link = ['--link', 'pooled=users.id@above'];
  const found = only(await report(db, ['check', ...link]));
  assert.deepEqual([found.state, found.target, found.collision], ['behind', '151', { value: '130', after: '0' }]);
  assert.equal(only(await report(db, ['fix', ...link])).next, '151');
});

databaseTest('--link on a sequence with steps and no block is a mistake', newest, hibernate, async (db) => {
  const { code, stdout, stderr } = await run(db, ['check', '-q', '--link', 'pooled=users.id']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^pgseq: --link pooled=users\.id: .*\n(?: {2}.*@below.*\n)$/);
});

databaseTest('--link with an increment of one needs no block', servers, '', async (db) => {
  await db.query(
    'create sequence s; create table t (id int); insert into t values (9); create table u (id int); insert into u values (11)',
  );
  const args = ['--link', 's=t.id', '--link', 'public.s=public.u.id'];
  const found = only(await report(db, ['check', ...args]));
  assert.deepEqual([found.state, found.target, found.columns.length], ['behind', '12', 2]);
  assert.equal(only(await report(db, ['fix', ...args])).next, '12');
});

databaseTest('--link names fold and quote as in SQL', newest, '', async (db) => {
  await db.query(
    'create schema "A=b"; create sequence "A=b"."s,@"; create table "A=b"."t.u" ("I@d" int); insert into "A=b"."t.u" values (5)',
  );
  const found = only(await report(db, ['fix', '--link', '"A=b"."s,@"="A=b"."t.u"."I@d"']));
  assert.deepEqual([found.action, found.next], ['moved', '6']);
});

for (const [link, why] of [
  ['nothing=users.id', 'nothing'],
  ['pooled=nobody.id@below', 'nobody.id'],
  ['pooled=users.nothing@below', 'users.nothing'],
  ['elsewhere.pooled=users.id@below', 'elsewhere.pooled'],
] as const) {
  databaseTest(`--link that names what is not there: ${link}`, newest, hibernate, async (db) => {
    for (const command of ['check', 'fix']) {
      const { code, stdout, stderr } = await run(db, [command, '-q', '--link', link]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^pgseq: .+\n(?: {2}.+\n)*$/);
      assert.ok(stderr.includes(`--link ${link}: `) && stderr.includes(why), stderr);
    }
  });
}

databaseTest('an unlinked sequence whose name speaks of a column: the flag to copy', newest, '', async (db) => {
  await db.query('create table users (id bigint primary key); create sequence users_seq; insert into users values (4)');
  const { findings } = await report(db, ['check']);
  const [finding] = findings;
  assert.deepEqual([findings.length, finding?.rule, finding?.level], [1, 'unlinked', 'warning']);
  const flag = /--link '([^']+)'/.exec(finding?.help ?? '')?.[1] ?? '';
  assert.equal(flag, 'public.users_seq=public.users.id');
  assert.equal(only(await report(db, ['check', '--link', flag])).state, 'behind');
});

databaseTest(
  'an owned sequence with steps and no default: moved only where both kinds of block agree',
  servers,
  '',
  async (db) => {
    await db.query(`create sequence s increment 10; create table t (id bigint primary key); alter sequence s owned by t.id;
    select setval('s', 91); insert into t values (95)`);
    const undecided = await report(db, ['fix']);
    assert.deepEqual(
      [only(undecided).action, only(undecided).next, undecided.findings.map(({ rule }) => rule)],
      ['unchanged', '101', ['allocation']],
    );
    await db.query('insert into t values (104)');
    const decided = only(await report(db, ['fix']));
    assert.deepEqual([decided.action, decided.state], ['moved', 'ok']);
    ends(await run(db, ['check', '-q']), { code: 0, stdout: '1 sequence: 1 ok\n' });
  },
);
