import type pg from 'pg';
import type { Database } from '../../support/database.ts';
import { publishedTrigger, withGuard } from '../../support/guard.ts';
import { race, type Tally } from '../races/race.ts';

// Races of triggers that keep a sequence in step, beside ordinary writers and sessions that store rows with ids of their own.

/** What keeps the sequence in step. */
export const keepers = {
  'published trigger': (db) => db.query(publishedTrigger('race')),
  guard: (db) => withGuard(db, [['race', 'id']]),
} as const satisfies Readonly<Record<string, (db: Database) => Promise<unknown>>>;

/** Where the sequence begins in a backfill; what is older lies below. */
const begin = 1_000_000;

/** A row that moves the sequence a little, or counts; or that the sequence is not beyond, after the statement that stored it. */
type Stored = 'nothing' | 'near' | 'counts' | 'behind';

interface Kind {
  readonly prepare: string;
  /** Stores a row with an id of its own. */
  readonly store: (client: pg.Client, cache: number, round: number) => Promise<Stored>;
}

const kinds = {
  // Old rows, which the sequence has to stay away from. What the importer of every race brings becomes old too
  backfill: {
    prepare: `
      select setval('race_id_seq', ${begin});
      create function race_old() returns trigger language plpgsql as 'begin new.id := new.id - ${begin}; return new; end';
      create trigger race_old before insert on race for each row when (new.imported) execute function race_old();`,
    async store(client, _cache, round) {
      await client.query('insert into race (id, imported) values ($1, true)', [-round]);
      return 'counts';
    },
  },
  // Rows ahead of the sequence: most so near that the writers pass them any moment, some so far that the guard sets it instead
  // of drawing; these count. Those of that importer lie between
  importer: {
    prepare: '',
    async store(client, cache, round) {
      // It draws where some ten thousand fetches will do, and each brings as many values as CACHE says
      const isFar = round % 4 === 0;
      const ahead = isFar ? cache * Math.round(1_500_000 * (1 + Math.random())) : 1 + (round % 7);
      const { rows } = await client.query<{ id: string }>(
        `insert into race (id, imported) select last_value + ${ahead}, true from race_id_seq on conflict do nothing returning id`,
      );
      const id = rows[0]?.id;
      if (id === undefined) return 'nothing';
      const beyond = await client.query('select from race_id_seq where last_value >= $1', [id]);
      if (beyond.rowCount === 0) return 'behind';
      return isFar ? 'counts' : 'near';
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

export const kindNames = Object.keys(kinds) as (keyof typeof kinds)[];

/** Sessions of a race that draw ids. */
export const writers = 6;

/**
 * How many sessions store such rows. Two importers leave each other shorter ways, which are drawn, and at a high CACHE that is
 * many values more.
 */
const sessions = (kind: keyof typeof kinds, cache: number): number => (kind === 'importer' && cache === 1 ? 2 : 1);

/** How long a race goes on, at least. */
interface Least {
  /** Inserts with the default id. */
  readonly inserts: number;
  /** A role that stores those rows, and may neither draw nor set; else the superuser does. */
  readonly writer?: string;
  /** Rows with ids of their own: old ones, or those that set the sequence. As often it was moved by drawing. */
  readonly rows: number;
}

export interface Result extends Tally {
  /** How often the sequence was not beyond a row when the statement that stored it was over. */
  readonly behind: number;
  /** Near rows whose ids the sequence handed out to nobody: it was taken beyond them. */
  readonly passed: number;
  /** Values that were drawn and not stored: by what keeps it in step, or into caches. */
  readonly skipped: number;
  /** Whether the next id lies beyond all that is stored, at the end. */
  readonly inStep: boolean;
}

/** A race. One with the published trigger has to go on until that has handed an id out twice. */
export async function guardRace(
  db: Database,
  kind: keyof typeof kinds,
  keeper: keyof typeof keepers,
  cache: number,
  { inserts, rows, writer }: Least,
): Promise<Result> {
  const { prepare, store }: Kind = kinds[kind];
  if (writer !== undefined) await db.query(`create role ${writer} login`);
  const as = writer === undefined ? {} : { user: writer };
  const clients = await Promise.all(Array.from({ length: sessions(kind, cache) }, () => db.connect(as)));
  let round = 0;
  let behind = 0;
  let near = 0;
  const passed = (now: Tally): number => now.imported + near - now.ranIntoImported;
  let isEnough = false;
  const tally = await race(db, {
    cache,
    async prepare() {
      if (prepare !== '') await db.query(prepare);
      await keepers[keeper](db);
      if (writer !== undefined)
        await db.query(`grant insert, select on race to ${writer}; grant select on race_id_seq to ${writer}`);
    },
    // To that race these are what brings the sequence in step
    fixers: clients.map((client) => async () => {
      const result = await store(client, cache, ++round);
      if (result === 'behind') behind++;
      if (result === 'near') near++;
      return result === 'counts';
    }),
    // What was enough stays so, though the last ones that draw may still run into an imported row
    isEnough: (now) =>
      (isEnough ||=
        now.inserted >= inserts &&
        now.moves >= rows &&
        (keeper === 'guard' ? passed(now) >= rows : now.handedOutTwice > 0)),
    most: 600_000,
  });
  const [end] = await db.query(`
    select last_value - coalesce(min(id) filter (where not imported), 0) + 1 - count(*) filter (where not imported),
           last_value + is_called::int > coalesce(max(id), 0)
    from race_id_seq left join race on true
    group by last_value, is_called`);
  return {
    ...tally,
    behind,
    passed: passed(tally),
    skipped: Number(end?.[0]),
    inStep: end?.[1] === 't',
  };
}
