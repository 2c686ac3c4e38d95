import { fix } from '../../../src/core/fix.ts';
import { fixStatements } from '../../../src/psql/fix.ts';
import type { FixOptions } from '../../../src/core/model/options.ts';
import { connect, type Connection } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { session } from '../../../src/pg/connection/session.ts';
import type { Database } from '../../support/database.ts';
import { race, type Tally } from './race.ts';
import type { MoveMethod } from '../../../src/core/model/report.ts';

/** What people paste, each run again and again in a session of its own, and the CACHE from which it hands ids out twice. */
export const naive: Readonly<Record<string, { readonly sql: string; readonly failsFrom: number }>> = {
  'setval(max)': { sql: "select setval('race_id_seq', (select max(id) from race))", failsFrom: 1 },
  'setval(greatest)': {
    sql: "select setval('race_id_seq', greatest((select max(id) from race), (select last_value from race_id_seq)))",
    failsFrom: 1,
  },
  'table lock, setval(max)': {
    sql: "begin; lock table race in share row exclusive mode; select setval('race_id_seq', (select max(id) from race)); commit",
    failsFrom: 20,
  },
};

/** Ours: each method, and the role that PostgreSQL itself holds to forward moves. */
export const ours: Readonly<Record<string, FixOptions>> = {
  step: { method: 'step' },
  'step, forward-only role': { method: 'step', role: 'race_fixer' },
  lock: { method: 'lock' },
  auto: { method: 'auto' },
};

/** Our own, side by side, so that they also meet each other. */
const fixers = 2;

/** How long a race goes on, at least. */
interface Least {
  readonly inserts: number;
  readonly moves: number;
  /** The method that counts, where it is not the one asked for. */
  readonly by?: MoveMethod;
}

/** A race with what people paste; fails where it is too tame for that to hand an id out twice. */
export async function raceNaive(db: Database, cache: number, sql: string, inserts: number): Promise<Tally> {
  const client = await db.connect();
  const fixer = async (): Promise<boolean> => {
    await client.query(sql);
    return true;
  };
  const isEnough = ({ inserted, handedOutTwice }: Tally): boolean => inserted >= inserts && handedOutTwice > 0;
  return await race(db, { cache, fixers: [fixer], isEnough, most: 600_000 });
}

/** What goes on beside a race: begins with the table `race` there; what it returns ends it. */
export type Beside = (db: Database) => Promise<() => Promise<unknown>>;

/** A race with ours. A move counts only where it was made by the method asked for. */
export async function raceOurs(
  db: Database,
  cache: number,
  options: FixOptions,
  least: Least,
  beside: Beside = () => Promise.resolve(() => Promise.resolve()),
): Promise<Tally> {
  const by = least.by ?? options.method;
  const connections: Connection[] = [];
  let end: (() => Promise<unknown>) | undefined;
  try {
    for (let i = 0; i < fixers; i++) connections.push(await connect(readConninfo({ conninfo: db.url, env: {} })));
    return await race(db, {
      cache,
      async prepare() {
        if (options.role !== undefined) await db.query(forwardOnly(options.role));
        end = await beside(db);
      },
      fixers: connections.map(session).map((pgseq) => async () => {
        const { sequences } = await fix(pgseq, { ...options, wait: 0 });
        return sequences.some(({ action, method }) => action === 'moved' && (by === 'auto' || method === by));
      }),
      isEnough: ({ inserted, moves }) => inserted >= least.inserts && moves >= least.moves,
      most: 600_000,
    });
  } finally {
    await Promise.all([end?.(), ...connections.map((connection) => connection.end())]);
  }
}

/** A role that may draw and read, and neither set nor alter. */
function forwardOnly(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$;
    grant usage on schema public to ${role}; grant select on race to ${role}; grant usage, select on sequence race_id_seq to ${role}`;
}

/** A race with the script of `pgseq sql fix`, which PostgreSQL alone runs, in sessions side by side. */
export async function raceScript(db: Database, cache: number, least: Omit<Least, 'by'>): Promise<Tally> {
  const statements = fixStatements({ wait: 0 });
  const clients = await Promise.all(Array.from({ length: fixers }, () => db.connect()));
  return await race(db, {
    cache,
    fixers: clients.map((client) => async () => {
      let moved = false;
      try {
        for (const statement of statements) {
          const { rows } = await client.query<{ action?: string }>(statement);
          moved ||= rows.some(({ action }) => action === 'moved');
        }
      } catch (error) {
        if (!(error as Error).message.startsWith('pgseq: ')) throw error; // behind again already, or writers are at it
      }
      return moved;
    }),
    isEnough: ({ inserted, moves }) => inserted >= least.inserts && moves >= least.moves,
    most: 600_000,
  });
}
