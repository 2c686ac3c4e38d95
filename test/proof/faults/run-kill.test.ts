import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../commands/support.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, chance, seed } from '../../support/proof.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// The command of `pgseq run` is killed at random moments, ten times, by `npm test` twice: its end is passed on, and what it had committed by then is
// behind the sequence. Each row that it inserts has an id of its own, ahead of where the sequence stands.

const driver = new URL('../../../../node_modules/pg/esm/index.mjs', import.meta.url).href;
const loader = `import pg from ${JSON.stringify(driver)};
  const client = new pg.Client(process.env.DATABASE_URL);
  await client.connect();
  console.log('loading');
  for (;;) await client.query("insert into t (id) select max(id) + 1 + (random() * 5)::int from t");`;

databaseTest(
  'the command of run is killed at random moments',
  newest,
  'create table t (id bigserial primary key); insert into t default values',
  async (db, t) => {
    const from = seed(t);
    for (let round = 0; round < amount(2, 10); round++) {
      const begun = await rows(db);
      const { child, result, output } = spawnPgseq([
        'run',
        '-q',
        db.url,
        '--',
        process.execPath,
        '--input-type=module',
        '-e',
        loader,
      ]);
      await output(/loading/);
      const enough = begun + 1 + chance(from, round) * 150;
      await until(async () => (await rows(db)) >= enough);
      process.kill(childOf(child.pid), 'SIGKILL');
      const { code, stderr } = await result;
      assert.deepEqual([code, stderr], [137, '']);
      assert.deepEqual(await db.query('select last_value >= (select max(id) from t) from t_id_seq'), [['t']]);
      await db.query('insert into t default values');
    }
    t.diagnostic(`${await rows(db)} rows`);
  },
);

async function rows(db: Database): Promise<number> {
  return Number((await db.query('select count(*) from t'))[0]?.[0]);
}

/** The process that another one has started. */
function childOf(parent: number | undefined): number {
  const found = readdirSync('/proc').find((name) => {
    try {
      return /^\d+$/.test(name) && new RegExp(`\\) \\S ${parent} `).test(readFileSync(`/proc/${name}/stat`, 'utf8'));
    } catch {
      return false; // it has ended meanwhile
    }
  });
  assert.notEqual(found, undefined, 'it has no child');
  return Number(found);
}
