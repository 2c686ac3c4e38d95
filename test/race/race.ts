import type pg from 'pg';
import type { Database } from '../support/database.ts';

/** What a race looks like. */
export interface RaceOptions {
  /** CACHE of the sequence. */
  readonly cache: number;
  /** Writers, and how many inserts with the default id each makes, one transaction each. */
  readonly writers: number;
  readonly inserts: number;
  /** SQL to run before, with the table `race` and its sequence there. */
  readonly begin?: string;
  /** Brings the sequence in step, again and again while the writers write. Returns whether it moved something. */
  readonly fixer: () => Promise<boolean>;
}

export interface RaceResult {
  /** Ids that a default insert was given although another default insert had them already: the unforgivable. */
  readonly handedOutTwice: number;
  /** Inserts that ran into an explicit id before anybody had moved the sequence: why pgseq is there. */
  readonly ranIntoImported: number;
  readonly inserted: number;
  readonly fixes: number;
  readonly moves: number;
}

/**
 * Writers insert with the default id; half of them draw the id first and insert it later, as clients that prefetch do. An
 * importer inserts explicit ids a little ahead of the sequence. A fixer keeps bringing the sequence in step.
 */
export async function race(db: Database, options: RaceOptions): Promise<RaceResult> {
  await db.query(
    `drop table if exists race; create table race (id bigserial primary key, imported boolean not null default false);
     alter sequence race_id_seq cache ${options.cache}; ${options.begin ?? ''}`,
  );
  const refused: string[] = [];
  let inserted = 0;
  const course = { isOver: false };
  const write = async (client: pg.Client, draws: boolean): Promise<void> => {
    for (let i = 0; i < options.inserts; i++) {
      try {
        if (draws) {
          const { rows } = await client.query<{ id: string }>("select nextval('race_id_seq')::text as id");
          await client.query('insert into race (id) values ($1)', [rows[0]?.id]);
        } else await client.query('insert into race default values');
        inserted++;
      } catch (error) {
        const { code, detail } = error as { code?: string; detail?: string };
        if (code !== '23505') throw error;
        refused.push(/\(id\)=\((\d+)\)/.exec(detail ?? '')?.[1] ?? '');
      }
    }
  };
  const importer = await db.connect();
  const importing = (async () => {
    while (!course.isOver) {
      await importer
        .query(
          'insert into race (id, imported) select last_value + 3 + (random() * 20)::int, true from race_id_seq on conflict do nothing',
        )
        .catch((error: unknown) => {
          // It reads the sequence's own relation, whose file ALTER SEQUENCE may replace that very moment. nextval waits, this does not
          if ((error as { code?: string }).code !== 'XX001') throw error;
        });
      await importer.query('select pg_sleep(0.004)');
    }
  })();
  let fixes = 0;
  let moves = 0;
  const fixing = (async () => {
    while (!course.isOver) {
      if (await options.fixer()) moves++;
      fixes++;
    }
  })();
  const clients = await Promise.all(Array.from({ length: options.writers }, () => db.connect()));
  await Promise.all(clients.map((client, i) => write(client, i % 2 === 1))).finally(() => (course.isOver = true));
  await Promise.all([importing, fixing]);
  // An id that was refused because the importer had it was never stored by a default insert; any other was given out before
  const rows = await db.query(
    `select count(*) from unnest('{${refused.join(',')}}'::bigint[]) r (id) join race using (id) where not race.imported`,
  );
  const handedOutTwice = Number(rows[0]?.[0]);
  return { handedOutTwice, ranIntoImported: refused.length - handedOutTwice, inserted, fixes, moves };
}
