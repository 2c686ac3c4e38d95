import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../../support/database.ts';

/** What a race looks like. */
export interface RaceOptions {
  /** CACHE of the sequence. */
  readonly cache: number;
  /** Runs before, with the table `race` and its sequence there. */
  readonly prepare?: () => Promise<unknown>;
  /** Each brings the sequence in step, again and again, beside the others. Returns whether it moved the sequence. */
  readonly fixers: readonly (() => Promise<boolean>)[];
  /** The race goes on until this is so. */
  readonly isEnough: (tally: Readonly<Tally>) => boolean;
  /** Milliseconds after which a race that has not got there is given up. */
  readonly most: number;
}

/** What has happened until now. */
export interface Tally {
  /** Inserts with the default id that were stored. */
  inserted: number;
  /** Ids that a client drew first, held for a while and stored then. */
  prefetched: number;
  /** Rows with ids of their own. */
  imported: number;
  /** Ids that were handed out although they had been handed out before: the unforgivable. */
  handedOutTwice: number;
  /** Inserts that ran into an explicit id before anybody had moved the sequence: why pgseq is there. */
  ranIntoImported: number;
  fixes: number;
  moves: number;
}

const writers = 3;
const prefetchers = 2;
/** How many ids a client draws at once, to store them one by one; and how many rows one call of the procedure stores. */
const block = 8;
const rush = 40;

const table = `
  drop table if exists race;
  create table race (id bigserial primary key, imported boolean not null default false);
  create procedure race_rush(n int, inout refused text[]) language plpgsql as $$
  declare detail text;
  begin
    refused := '{}';
    for i in 1..n loop
      begin
        insert into race default values;
      exception when unique_violation then
        get stacked diagnostics detail = pg_exception_detail;
        refused := refused || detail;
      end;
      commit;
    end loop;
  end $$;`;

/**
 * Writers insert with the default id, other clients draw ids first and store them later, an importer stores ids of its own a
 * little or far ahead of the sequence, all of them one transaction for each row. Meanwhile fixers keep bringing the sequence
 * in step. Throws where the race takes longer than it may.
 */
export async function race(db: Database, options: RaceOptions): Promise<Tally> {
  await db.query(`${table} alter sequence race_id_seq cache ${options.cache}`);
  await options.prepare?.();
  const tally: Tally = {
    inserted: 0,
    prefetched: 0,
    imported: 0,
    handedOutTwice: 0,
    ranIntoImported: 0,
    fixes: 0,
    moves: 0,
  };
  const deadline = performance.now() + options.most;
  let isOver = false;
  const enough = (): boolean => (isOver ||= options.isEnough(tally) || performance.now() > deadline);

  /** Imported ids that the sequence has handed out: it may do so once. */
  const refused = new Set<string>();
  const wasRefused = async (client: pg.Client, detail: string): Promise<void> => {
    const id = /\(id\)=\((\d+)\)/.exec(detail)?.[1] ?? '';
    const { rows } = await client.query<{ imported: boolean }>('select imported from race where id = $1', [id]);
    if (rows[0]?.imported !== true || refused.has(id)) tally.handedOutTwice++;
    else tally.ranIntoImported++;
    refused.add(id);
  };
  /** Stores a row with an id that the sequence gave; false where the id was taken. */
  const store = async (client: pg.Client, sql: string, values: readonly unknown[]): Promise<boolean> => {
    try {
      await client.query(sql, [...values]);
      return true;
    } catch (error) {
      const { code, detail } = error as { code?: string; detail?: string };
      if (code !== '23505') throw error;
      await wasRefused(client, detail ?? '');
      return false;
    }
  };
  const write = async (client: pg.Client): Promise<void> => {
    while (!enough()) if (await store(client, 'insert into race default values', [])) tally.inserted++;
  };
  /** As fast as the server can, without a client's round trip between two rows. */
  const hurry = async (client: pg.Client): Promise<void> => {
    while (!enough()) {
      const { rows } = await client.query<{ refused: string[] }>(`call race_rush(${rush}, null)`);
      const details = rows[0]?.refused ?? [];
      tally.inserted += rush - details.length;
      for (const detail of details) await wasRefused(client, detail);
    }
  };
  const prefetch = async (client: pg.Client): Promise<void> => {
    while (!enough()) {
      const { rows } = await client.query<{ id: string }>(
        `select nextval('race_id_seq')::text as id from generate_series(1, ${block})`,
      );
      for (const { id } of rows) if (await store(client, 'insert into race (id) values ($1)', [id])) tally.prefetched++;
    }
  };
  // Some of its ids the writers reach before a fixer does, and pass while it looks; others lie too far for that
  const ahead = 'last_value + 2 + exp(random() * 8)::int';
  const load = async (client: pg.Client): Promise<void> => {
    while (!enough()) {
      const { rowCount } = await client
        .query(`insert into race (id, imported) select ${ahead}, true from race_id_seq on conflict do nothing`)
        .catch((error: unknown) => {
          // It reads the sequence's own relation, whose file ALTER SEQUENCE may replace that very moment. nextval waits, this does not
          if ((error as { code?: string }).code !== 'XX001') throw error;
          return { rowCount: 0 };
        });
      tally.imported += rowCount ?? 0;
      await sleep(Math.random() * 8);
    }
  };
  const bringInStep = async (fixer: () => Promise<boolean>): Promise<void> => {
    while (!enough()) {
      if (await fixer()) tally.moves++;
      tally.fixes++;
    }
  };

  const roles = [
    ...Array.from({ length: writers }, () => write),
    ...Array.from({ length: prefetchers }, () => prefetch),
    hurry,
    load,
  ];
  const clients = await Promise.all(roles.map(async (role) => ({ role, client: await db.connect() })));
  const ended = await Promise.allSettled(
    [...clients.map(({ role, client }) => role(client)), ...options.fixers.map(bringInStep)].map((running) =>
      running.finally(() => (isOver = true)),
    ),
  );
  await Promise.all(clients.map(({ client }) => client.end()));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (!options.isEnough(tally))
    throw new Error(`the race did not get there within ${options.most} ms: ${JSON.stringify(tally)}`);
  return tally;
}
