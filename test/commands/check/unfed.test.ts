import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { report, run } from '../support.ts';

// Keys that nothing numbers. What is meant, and what is not: test/situations/unfed, and the extension here.

const keys = (count: number): string =>
  Array.from({ length: count }, (_, i) => `create table t${i} (id bigint primary key);`).join('\n');

databaseTest('a report on no sequence is no success on nothing', newest, keys(2), async (db) => {
  await db.query('insert into t0 values (41)');
  const { findings, code } = await report(db, ['check']);
  assert.deepEqual(
    [findings.map(({ rule, level }) => [rule, level]), code],
    [
      [
        ['unfed', 'info'],
        ['unfed', 'info'],
      ],
      0,
    ],
  );
  // The line does what it says: the next insert gets the id after the last
  for (const { fix } of findings) await db.query(fix ?? '');
  await db.query('insert into t0 default values');
  assert.deepEqual(await db.query('select max(id)::text from t0'), [['42']]);
  assert.deepEqual((await report(db, ['check'])).findings, []);
  assert.doesNotMatch((await run(db, ['fix'])).stdout, /unfed/);
});

databaseTest(
  'hardly a sequence, or several',
  newest,
  `${keys(9)} create table s (id serial primary key);`,
  async (db) => {
    const unfed = async (...args: string[]): Promise<number> =>
      (await report(db, ['check', ...args])).findings.filter(({ rule }) => rule === 'unfed').length;
    assert.equal(await unfed(), 9);
    assert.match(
      (await run(db, ['check'])).stdout,
      /^note: 9 primary keys .*: public\.t0\.id, public\.t1\.id, public\.t2\.id and 6 more \[unfed\]$/m,
    );
    await db.query('create schema other; create table other.t (id int primary key); create sequence other.x');
    await db.query('create table other.u (id int primary key)');
    assert.equal(await unfed(), 11);
    assert.equal(await unfed('-n', 'other'), 2);
    assert.equal(await unfed('-N', 'other'), 9);
    assert.equal(await unfed('-t', '*.*'), 11);
    assert.equal(await unfed('-t', 's'), 0);
    await db.query('drop schema other cascade');
    assert.equal(await unfed('--sequence', 's_id_seq'), 0);
    await db.query('create table s2 (id serial primary key)');
    assert.equal(await unfed(), 0, 'one for five numbers its keys');
  },
);

databaseTest('members of extensions, and keys that a link feeds', newest, keys(1), async (db) => {
  await db.query('alter extension plpgsql add table t0');
  assert.deepEqual((await report(db, ['check'])).findings, []);
  await db.query('alter extension plpgsql drop table t0; create sequence s');
  const linked = await report(db, ['check', '--link', 's=t0.id']);
  assert.deepEqual(
    linked.findings.filter(({ rule }) => rule === 'unfed'),
    [],
  );
});

databaseTest('what cannot be read is said, with what to do then', newest, keys(1), async (db) => {
  // A role of PostgreSQL's own: it sees the catalogs, and no rows
  const { stdout, code } = await run(db, ['check', '--role', 'pg_monitor']);
  assert.equal(code, 0);
  assert.match(stdout, /identity;$/m);
  assert.match(stdout, /then run pgseq fix, since its ids could not be read/);
});
