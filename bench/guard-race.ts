import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { guardRace, keepers, kindNames, type Result } from '../test/proof/guard/races.ts';
import { startCluster } from '../test/support/cluster.ts';
import { withDatabase } from '../test/support/database.ts';

// Writers, a backfill or importers, and a trigger that keeps the sequence in step, on every PostgreSQL:
// npm run bench -- guard-race [majors] [inserts of each race with the guard]. Ends with 1 where the guard hands an id out twice
// or is ever behind, and where the run proves nothing: the published trigger must fail in it.

const [, , majors = '13,14,15,16,17,18', inserts = '25000'] = process.argv;
const most = Number(inserts);

const commit = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], { encoding: 'utf8' }).trim();
console.log(
  `${new Date().toISOString()}, commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model}\n`,
);
console.log(
  '   major  CACHE  race      kept in step by      handed out twice  of default inserts  ids drawn first   passed  moved far  ran into one',
);
const wrong: string[] = [];

for (const major of majors.split(',').map(Number)) {
  const cluster = await startCluster(major);
  const run = async (cache: number, kind: (typeof kindNames)[number], keeper: keyof typeof keepers): Promise<void> => {
    const where = `${cluster.name.padStart(8)}  ${String(cache).padStart(5)}  ${kind.padEnd(8)}  ${keeper.padEnd(17)}`;
    const least = keeper === 'guard' ? { inserts: most, rows: 300 } : { inserts: Math.ceil(most / 10), rows: 30 };
    try {
      const result = await withDatabase(cluster, `${kind} ${keeper} ${cache}`, '', (db) =>
        guardRace(db, kind, keeper, cache, least),
      );
      console.log(`${where}${figures(result)}`);
      if (keeper !== 'guard') return;
      if (result.handedOutTwice > 0 || !result.inStep || result.behind > 0)
        wrong.push(`${where}  did not keep its promise: ${JSON.stringify(result)}`);
    } catch (error) {
      console.log(`${where}  ${String(error)}`);
      wrong.push(`${where}  no result`);
    }
  };
  try {
    for (const cache of [1, 20])
      for (const kind of kindNames)
        for (const keeper of Object.keys(keepers) as (keyof typeof keepers)[]) await run(cache, kind, keeper);
  } finally {
    await cluster.remove();
  }
}

console.log(
  wrong.length === 0
    ? '\nProved: the guard handed no id out twice and ended in step, and the published trigger failed in the same races.'
    : `\nNOT PROVED:\n${wrong.map((line) => `  ${line}\n`).join('')}`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

function figures({ handedOutTwice, inserted, prefetched, passed, moves, ranIntoImported }: Result): string {
  return [handedOutTwice, inserted, prefetched, passed, moves, ranIntoImported]
    .map((figure, i) => String(figure).padStart([20, 20, 17, 9, 11, 14][i] ?? 0))
    .join('');
}
