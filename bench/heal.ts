import pg from 'pg';
import { heal } from '../src/adapters/pg.ts';
import type { Application, Subject } from '../test/adapters/subject.ts';
import { onNodePostgres, onPostgresJs } from '../test/adapters/subjects/drizzle.ts';
import { knexJs } from '../test/adapters/subjects/knex.ts';
import { kysely } from '../test/adapters/subjects/kysely.ts';
import { mikroOrm } from '../test/adapters/subjects/mikro-orm.ts';
import { nodePostgres } from '../test/adapters/subjects/node-postgres.ts';
import { postgresJs } from '../test/adapters/subjects/postgres.ts';
import { prisma } from '../test/adapters/subjects/prisma.ts';
import { sequelizeJs } from '../test/adapters/subjects/sequelize.ts';
import { typeorm } from '../test/adapters/subjects/typeorm.ts';
import { startCluster } from '../test/support/cluster.ts';
import { rowsAt } from '../test/support/session.ts';
import { machine } from './measure.ts';
import { makeTables } from './tables.ts';

// What healing costs an application that never fails, client by client: npm run bench -- heal. One insert after the other, in short
// turns with and without it, so that whatever else changes meets both.

const subjects: readonly Subject[] = [
  nodePostgres,
  postgresJs,
  prisma,
  onNodePostgres,
  onPostgresJs,
  kysely,
  knexJs,
  typeorm,
  sequelizeJs,
  mikroOrm,
];
const inserts = 10_000;
const turn = 100;

await ofHealingAlone();
const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } });
try {
  machine(cluster);
  console.log(
    `${inserts} inserts, one after the other, on one connection, in turns of ${turn}; the quickest tenth of the turns, and what of them is this process`,
  );
  for (const [i, subject] of subjects.entries()) {
    await rowsAt(cluster.url('postgres'), `create database heal_${i} template template0`);
    const url = cluster.url(`heal_${i}`);
    await rowsAt(url, 'create table users (id bigserial primary key, email text unique, name text)');
    const opened = await subject.open(url, 'current', 1);
    const { plain } = opened;
    const healed = opened.healed({});
    await took(plain, 1000);
    await took(healed, 1000);
    const turns = { plain: [] as Cost[], healed: [] as Cost[], again: [] as Cost[] };
    for (let done = 0; done < inserts; done += turn) {
      const all = [['plain', plain] as const, ['healed', healed] as const, ['again', plain] as const];
      for (const [name, application] of (done / turn) % 2 === 0 ? all : all.toReversed())
        turns[name].push(await took(application, turn));
    }
    await opened.close();
    const quick = (name: keyof typeof turns, of: keyof Cost): number =>
      turns[name].map((cost) => cost[of]).toSorted((a, b) => a - b)[inserts / turn / 10] ?? 0;
    const more = (name: keyof typeof turns, of: keyof Cost): string =>
      `${(100 * (quick(name, of) / quick('plain', of) - 1)).toFixed(1)} %`;
    const each = (name: keyof typeof turns): string => ((1000 * quick(name, 'time')) / turn).toFixed(0);
    console.log(
      `${subject.name.padEnd(26)} plain ${each('plain')} µs, healed ${each('healed')} µs: ${more('healed', 'time')} more, CPU ${more('healed', 'cpu')}; plain again ${more('again', 'time')}, CPU ${more('again', 'cpu')}`,
    );
  }

  console.log(
    '\nThe first insert that fails, in a database of 10,000 tables, and one that fails on another table after it',
  );
  const pool = heal(
    new pg.Pool({ connectionString: await makeTables(cluster, 'many', { tables: 10_000, behind: 1000 }) }),
  );
  for (const table of ['t10', 't20']) {
    const begun = performance.now();
    await pool.query(`insert into ${table} default values`);
    console.log(`${table}: ${(performance.now() - begun).toFixed(0)} ms`);
  }
  await pool.end();
} finally {
  await cluster.remove();
}

/** What healing itself takes for a statement, beside a pool that answers without a server. */
async function ofHealingAlone(): Promise<void> {
  const answer = { rows: [], rowCount: 1 };
  const pool = {
    totalCount: 0,
    options: {},
    query: (..._statement: readonly unknown[]) => new Promise((resolve) => setImmediate(resolve, answer)),
    connect: () => Promise.reject(new Error('nobody connects')),
  };
  const spent = async (on: typeof pool): Promise<number> => {
    const count = 200_000;
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await on.query('insert into users (name) values ($1)', ['x']);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  };
  const healed = heal(pool, {});
  const rounds = { plain: [] as number[], healed: [] as number[] };
  for (let i = 0; i < 7; i++) {
    rounds.plain.push(await spent(pool));
    rounds.healed.push(await spent(healed));
  }
  const least = (of: readonly number[]): number => Math.min(...of);
  console.log(
    `healing itself: ${(least(rounds.healed) - least(rounds.plain)).toFixed(2)} µs of CPU for a statement that succeeds\n`,
  );
}

interface Cost {
  readonly time: number;
  readonly cpu: number;
}

async function took(application: Application, count: number): Promise<Cost> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let i = 0; i < count; i++) await application.insert('somebody');
  const { user, system } = process.cpuUsage(cpu);
  return { time: performance.now() - begun, cpu: (user + system) / 1000 };
}
