import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shape, sqlOf } from '../laws/random.ts';
import { pgseq } from '../support/pgseq.ts';
import { databaseTest } from '../support/database.ts';
import { newest } from '../support/servers.ts';
import { bySql, saidBy } from './support.ts';

// One truth: what PostgreSQL says by itself, with the script of `pgseq sql check`, is what `pgseq check` says. Of every situation
// it is asked in test/laws/situations.test.ts.

databaseTest('sql check says of 1,000 random schemas what check says', newest, '', async (db, t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const shapes = fc.sample(shape, { numRuns: 1000, seed });
  await db.query(
    `${shapes.map((one, i) => `create schema r${i}; set search_path = r${i}; ${sqlOf(one, i)}`).join('\n')} reset search_path`,
  );
  const { stdout } = await pgseq(['check', '--format', 'json', db.url]);
  assert.deepEqual(await bySql(db, {}), saidBy(stdout));
});
