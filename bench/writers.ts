import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from '../test/support/cluster.ts';
import { fromRoot } from '../test/support/root.ts';
import { openSession, rowsAt } from '../test/support/session.ts';
import { machine } from './measure.ts';
import { makeTables } from './tables.ts';

// What bringing 1,000 sequences in step costs those who insert meanwhile: npm run bench -- writers.

const tables = 1000;
const writers = 4;
const rounds = 5;
const fix = [process.execPath, fromRoot('dist', 'cli', 'main.js'), 'fix', '-q'];

/** What runs while they insert: null for nothing, as long as the first of the others took. */
const methods: Readonly<Record<string, ((url: string) => string[]) | null>> = {
  'fix, auto': (url) => [...fix, '--wait', '0s', url],
  'fix, lock': (url) => [...fix, '--wait', '0s', '--method', 'lock', url],
  'one transaction': (url) => ['psql', '-qX', '-d', url, '-v', 'ON_ERROR_STOP=1', '-c', lockEverything],
  'no fix': null,
};

/** What careful people do by hand: the tables locked, so that nobody inserts between maximum and setval. */
const lockEverything = `do $$ declare i int; begin
  for i in 1..${tables} loop execute format('lock table t%s in share row exclusive mode', i); end loop;
  for i in 1..${tables} loop execute format('select setval(pg_get_serial_sequence(%L, %L), (select max(id) from t%s))', 't' || i, 'id', i); end loop;
end $$`;

const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } }); // as PostgreSQL ships it
try {
  machine(cluster);
  const url = await makeTables(cluster, 'writers', { tables, behind: 0 });
  const latencies: Record<string, number[]> = Object.fromEntries(Object.keys(methods).map((name) => [name, []]));
  const lasted: number[] = [];
  for (let round = 0; round <= rounds; round++)
    for (const [name, command] of Object.entries(methods)) {
      await putBehind(url);
      const { milliseconds, times } = await underWriters(url, async () => {
        if (command === null) await sleep(lasted.at(-3) ?? 1000);
        else await run(command(url));
      });
      lasted.push(milliseconds);
      if (round > 0) latencies[name]?.push(...times); // the first warms up
    }
  console.log(`${writers} writers, latency of an insert while 1,000 sequences are brought in step, ${rounds} rounds\n`);
  console.log('                    inserts   median      p99     worst');
  for (const [name, times] of Object.entries(latencies)) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string =>
      `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)} ms`.padStart(10);
    console.log(`${name.padEnd(18)}${String(sorted.length).padStart(9)}${at(0.5)}${at(0.99)}${at(1)}`);
  }
} finally {
  await cluster.remove();
}

/** Stores an id a little ahead of every sequence, so that inserts still succeed and every one has to be moved. */
async function putBehind(url: string): Promise<void> {
  await rowsAt(
    url,
    `do $$ begin for i in 1..${tables} loop
       execute format('insert into t%s (id) select coalesce(pg_sequence_last_value(%L), 0) + 1000', i, pg_get_serial_sequence('t' || i, 'id'));
     end loop; end $$`,
  );
}

/** Has writers insert, each with a short pause in between, as long as `work` lasts; the time of each insert in milliseconds. */
async function underWriters(
  url: string,
  work: () => Promise<void>,
): Promise<{ milliseconds: number; times: number[] }> {
  const course = { isOver: false };
  const times: number[] = [];
  const writing = Array.from({ length: writers }, async () => {
    const client = await openSession({ connectionString: url });
    while (!course.isOver) {
      const table = 1 + Math.floor(Math.random() * tables);
      const begun = performance.now();
      await client.query(`insert into t${table} default values`);
      times.push(performance.now() - begun);
      await sleep(1);
    }
    await client.end();
  });
  await sleep(200);
  times.length = 0;
  const begun = performance.now();
  await work().finally(() => (course.isOver = true));
  const milliseconds = performance.now() - begun;
  await Promise.all(writing);
  return { milliseconds, times };
}

async function run([program = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exits ${code}`);
}
