import assert from 'node:assert/strict';
import { check, fix, type Queryable } from '../../../src/index.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, pick, seed } from '../../support/proof.ts';
import { pgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest } from '../../support/servers.ts';

// A connection that only helps is lost, at every point of its work, by `npm test` at one of the first: the others finish what it was at.

const many = 150;
const tables = Array.from({ length: many }, (_, i) => `t${i}`);
const setup = `do $$ begin for i in 0..${many - 1} loop execute format('create table t%s (id serial primary key)', i); end loop; end $$`;

/** All fall behind by a few. */
const importMore = `do $$ declare t text; begin foreach t in array '{${tables.join(',')}}'::text[] loop
  execute format('insert into %I select last_value + 3 from %I', t, t || '_id_seq'); end loop; end $$`;

/** A session that an administrator ends just before its nth transaction, or just after. Tells whether it came so far. */
function mortal(db: Database, helper: Queryable, at: number, isAfter: boolean, fate: { met: boolean }): Queryable {
  let n = 0;
  return {
    ...helper,
    async transaction(statements, options) {
      if (++n !== at) return await helper.transaction(statements, options);
      fate.met = true;
      if (isAfter) await helper.transaction(statements, options); // done, but nobody hears of it
      const [row] = await helper.transaction(['select pg_backend_pid()::text'], { mode: 'read only' });
      await db.query(`select pg_terminate_backend(${row?.[0]})`);
      return await helper.transaction(statements, options);
    },
  };
}

for (const isAfter of [false, true])
  databaseTest(
    `a helping connection is lost ${isAfter ? 'after' : 'before'} any of its transactions`,
    newest,
    setup,
    async (db, t) => {
      const first8 = [1, 2, 3, 4, 5, 6, 7, 8];
      // Of the later ones some, until it has no such transaction any more
      const later = Array.from({ length: 10 }, (_, n) => 45 + n * 37);
      const points = [...pick(seed(t) + Number(isAfter), first8, 1), ...amount([], later)];
      let met = 0;
      await withQueryable(db.url, async (first) => {
        for (const at of points) {
          const now = { met: false };
          await db.query(importMore);
          await withQueryable(db.url, async (helper) => {
            const moreSessions = async (): Promise<Queryable[]> => [mortal(db, helper, at, isAfter, now)];
            const report = await fix(first, { wait: 0, moreSessions });
            assert.equal(report.stopped, undefined);
            assert.deepEqual([report.summary.ok, report.summary.sequences], [many, many]);
            assert.deepEqual(
              report.sequences.filter(({ action }) => action !== 'moved').map(({ name, action }) => [name, action]),
              [],
            );
          });
          if (!now.met) break;
          met++;
        }
        assert.equal((await check(first)).summary.behind, 0);
      });
      t.diagnostic(`lost at ${met} points`);
      assert.ok(met >= amount(points.length, first8.length));
    },
  );

databaseTest('a second connection that is not to be had is done without', newest, setup, async (db) => {
  await db.query(importMore);
  const role = db.role('one');
  await db.query(`create role ${role} login connection limit 1; grant select on all tables in schema public to ${role};
    grant usage, select on all sequences in schema public to ${role}`);
  const { code, stderr } = await pgseq(['fix', newest.url(db.name, role)]);
  assert.match(
    stderr,
    /^pgseq: continuing with one connection fewer: cannot connect to .*too many connections for role.*$/m,
  );
  assert.equal(code, 0);
  assert.equal((await pgseq(['check', '-q', db.url])).code, 0);
});
