import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { situations } from '../../situation/folder.ts';
import { shape, sqlOf } from '../../situation/random.ts';
import { prepareRoles } from '../../situation/roles.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { byCheck, bySql, optionsOf } from './support.ts';

// One truth: what PostgreSQL says by itself, with the script of `pgseq sql check`, is what `pgseq check` says.

/** A read that fails ends the script: what check survives by asking again, along the search_path that an index needs. */
const needsSurvival = new Map([['trusted-code', /function inner_shout\(text\) does not exist/]]);

for (const server of servers) {
  test(`sql check says of every situation what check says (${server.name})`, async (t) => {
    await prepareRoles(server);
    for (const situation of situations.filter(({ since }) => server.major >= since))
      await t.test(situation.name, async () => {
        const { states, role } = optionsOf(situation);
        await withDatabase(server, `sql ${situation.name}`, situation.setup, async (db) => {
          const said = bySql(db, states, role);
          const end = needsSurvival.get(situation.name);
          if (end !== undefined) await assert.rejects(said, end);
          else assert.deepEqual(await said, await byCheck(db, situation.options));
        });
      });
  });
}

databaseTest('sql check says of 1,000 random schemas what check says', newest, '', async (db, t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const shapes = fc.sample(shape, { numRuns: 1000, seed });
  await db.query(
    shapes.map((one, i) => `create schema r${i}; set search_path = r${i}; ${sqlOf(one, i)}`).join('\n') +
      'reset search_path',
  );
  assert.deepEqual(await bySql(db, {}), await byCheck(db, []));
});
