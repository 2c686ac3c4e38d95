import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaves } from '../../../src/pg/query/queries.ts';
import { survey } from '../../../src/core/survey/survey.ts';
import { databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { servers } from '../../support/servers.ts';

// Looking at the catalogs while a migration is at work.

const queryOptions = { statementTimeout: 0, lockTimeout: 100 };
const options = { searchPath: [], links: [], readForeign: false, trustOwners: false, distributed: new Set<string>() };

databaseTest('partitions are listed without a lock on them', servers, '', async (db) => {
  await db.query(`
    create table p (id bigserial, k int) partition by list (k);
    create table p1 partition of p for values in (1);
    create table p2 partition of p for values in (2) partition by list (id);
    create table p21 partition of p2 for values in (3)`);
  const [[root]] = (await db.query("select 'p'::regclass::oid")) as [[string]];
  const migration = await db.connect();
  await migration.query('begin; lock table p1 in access exclusive mode');
  try {
    const found = await withQueryable(db.url, (pgseq) => leaves(pgseq, queryOptions, [root]));
    assert.deepEqual(
      found.map(({ root: top, name, kind, locks }) => [top, name, kind, locks]),
      [
        [root, 'p1', 'r', '1'],
        [root, 'p21', 'r', '1'],
      ],
    );
  } finally {
    await migration.query('rollback');
  }
});

test('the survey is asked again where something was dropped under it, and not for ever', async () => {
  const dropped = Object.assign(new Error('cache lookup failed for function 4711'), { code: 'XX000' });
  const failing = (times: number): { asked: number; db: Parameters<typeof survey>[0] } => {
    const state = {
      asked: 0,
      db: {
        host: null,
        port: null,
        transaction: () => (state.asked++ < times ? Promise.reject(dropped) : Promise.resolve([])),
      },
    };
    return state;
  };
  const once = failing(1);
  assert.deepEqual([await survey(once.db, queryOptions, options), once.asked], [[], 2]);
  const always = failing(100);
  await assert.rejects(survey(always.db, queryOptions, options), dropped);
  assert.equal(always.asked, 6);
});
