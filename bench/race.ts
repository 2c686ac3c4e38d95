import { fix, type FixOptions } from '../src/index.ts';
import { connect } from '../src/pg/connect.ts';
import { readConninfo } from '../src/pg/conninfo/index.ts';
import { session } from '../src/pg/session.ts';
import { startCluster } from '../test/support/cluster.ts';
import { withDatabase } from '../test/support/database.ts';
import type { Database } from '../test/support/database.ts';
import { race, type RaceResult } from '../test/race/race.ts';

// Writers, an importer and a fixer in a loop, on every PostgreSQL: npm run bench -- race [majors] [inserts per writer].
// What is folklore must hand ids out twice in the same run, or the run proves nothing.

const [, , majors = '13,14,15,16,17,18', inserts = '10000'] = process.argv;
const traffic = { writers: 4, inserts: Number(inserts) };

/** What people paste, each in a loop of its own session. */
const folklore: Readonly<Record<string, string>> = {
  'setval(max)': "select setval('race_id_seq', (select max(id) from race))",
  'setval(greatest)':
    "select setval('race_id_seq', greatest((select max(id) from race), (select last_value from race_id_seq)))",
  'table lock, setval(max)':
    "begin; lock table race in share row exclusive mode; select setval('race_id_seq', (select max(id) from race)); commit",
};

/** Ours: each method, and the role that PostgreSQL itself holds to forward moves. */
const ours: Readonly<Record<string, FixOptions>> = {
  'pgseq step': { method: 'step' },
  'pgseq lock': { method: 'lock', lockTimeout: 50 },
  'pgseq auto': {},
  'pgseq step, forward-only role': { method: 'step', role: 'race_fixer' },
};

let failed = false;
for (const major of majors.split(',').map(Number)) {
  const cluster = await startCluster(major);
  try {
    for (const cache of [1, 20]) {
      for (const [name, sql] of Object.entries(folklore))
        await withDatabase(cluster, `race ${name} ${cache}`, '', async (db) => {
          const client = await db.connect();
          const fixer = async (): Promise<boolean> => {
            await client.query(sql);
            return true;
          };
          tell(major, cache, name, await race(db, { writers: 4, inserts: 1000, cache, fixer }));
        });
      for (const [name, options] of Object.entries(ours))
        await withDatabase(cluster, `race ${name} ${cache}`, '', async (db) => {
          const result = await raceOurs(db, cache, options);
          const isProof = result.handedOutTwice === 0 && result.moves >= 100;
          failed ||= !isProof;
          tell(major, cache, name, result, isProof ? '' : '  NO PROOF');
        });
    }
  } finally {
    await cluster.remove();
  }
}
process.exitCode = failed ? 1 : 0;

async function raceOurs(db: Database, cache: number, options: FixOptions): Promise<RaceResult> {
  const connection = await connect(readConninfo({ conninfo: db.url, env: {} }));
  try {
    const pgseq = session(connection);
    return await race(db, {
      ...traffic,
      cache,
      begin: options.role === undefined ? '' : forwardOnly(options.role),
      fixer: async () => {
        const { sequences } = await fix(pgseq, { ...options, wait: 0 });
        return sequences.some(({ action }) => action === 'moved');
      },
    });
  } finally {
    await connection.end();
  }
}

function forwardOnly(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object then null; end $$;
    grant usage on schema public to ${role}; grant select on race to ${role}; grant usage, select on sequence race_id_seq to ${role}`;
}

function tell(major: number, cache: number, name: string, result: RaceResult, verdict = ''): void {
  const { handedOutTwice, ranIntoImported, inserted, moves } = result;
  console.log(
    `${major}  CACHE ${String(cache).padEnd(2)}  ${name.padEnd(30)} handed out twice ${String(handedOutTwice).padStart(5)}  ` +
      `of ${inserted + handedOutTwice + ranIntoImported} inserts  moves ${moves}${verdict}`,
  );
}
