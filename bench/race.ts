import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { startCluster } from '../test/support/cluster.ts';
import { type Database, withDatabase } from '../test/support/database.ts';
import { naive, ours, raceNaive, raceOurs } from '../test/proof/races/racers.ts';
import type { Tally } from '../test/proof/races/race.ts';

// Writers, an importer and a fixer in a loop, on every PostgreSQL: npm run bench -- race [majors] [inserts].
// Ends with 1 where pgseq hands an id out twice, and where the run proves nothing: what people paste must do so in it.

const [, , majors = '13,14,15,16,17,18', inserts = '100000'] = process.argv;
const least = { inserts: Number(inserts), moves: 300 };
const fewer = Math.ceil(least.inserts / 10);

const commit = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], { encoding: 'utf8' }).trim();
console.log(
  `${new Date().toISOString()}, commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model}\n`,
);
console.log(
  '   major  CACHE  brought in step by         handed out twice  of default inserts  ids drawn first   moves',
);
const wrong: string[] = [];

for (const major of majors.split(',').map(Number)) {
  const cluster = await startCluster(major);
  const run = async (cache: number, name: string, one: (db: Database) => Promise<Tally>): Promise<Tally | null> => {
    const where = `${cluster.name.padStart(8)}  ${String(cache).padStart(5)}  ${name.padEnd(24)}`;
    try {
      const tally = await withDatabase(cluster, `race ${name} ${cache}`, '', one);
      const figures = [tally.handedOutTwice, tally.inserted, tally.prefetched, tally.moves];
      console.log(`${where}${figures.map((figure, i) => String(figure).padStart([19, 20, 17, 8][i] ?? 0)).join('')}`);
      return tally;
    } catch (error) {
      console.log(`${where}  ${String(error)}`);
      wrong.push(`${name} at CACHE ${cache} on ${cluster.name}: no result`);
      return null;
    }
  };
  try {
    for (const cache of [1, 20]) {
      for (const [name, { sql, failsFrom }] of Object.entries(naive))
        if (cache >= failsFrom) await run(cache, name, (db) => raceNaive(db, cache, sql, fewer));
      for (const [name, options] of Object.entries(ours)) {
        const tally = await run(cache, `pgseq, ${name}`, (db) => raceOurs(db, cache, options, least));
        if (tally !== null && tally.handedOutTwice > 0)
          wrong.push(`pgseq (${name}) at CACHE ${cache} on ${cluster.name} handed ids out twice`);
      }
    }
  } finally {
    await cluster.remove();
  }
}

console.log(
  wrong.length === 0
    ? '\nProved: pgseq handed no id out twice, and everything else did in the same race.'
    : `\nNOT PROVED:\n${wrong.map((line) => `  ${line}\n`).join('')}`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
