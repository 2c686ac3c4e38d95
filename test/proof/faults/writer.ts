import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../../support/database.ts';

/** What a writer did. */
export interface Written {
  readonly inserted: number;
  /** How many ids were given to a default insert although another default insert had them: the unforgivable. */
  handedOutTwice(db: Database): Promise<number>;
}

/** Inserts with the default id into a table (id, imported) until the course is over. An id that was imported is refused. */
export async function write(client: pg.Client, table: string, course: { readonly isOver: boolean }): Promise<Written> {
  const refused: string[] = [];
  let inserted = 0;
  while (!course.isOver) {
    try {
      await client.query(`insert into ${table} default values`);
      inserted++;
    } catch (error) {
      const { code, detail } = error as { code?: string; detail?: string };
      if (code !== '23505') throw error;
      refused.push(/\(id\)=\((\d+)\)/.exec(detail ?? '')?.[1] ?? '');
    }
    await sleep(4);
  }
  return {
    inserted,
    async handedOutTwice(db) {
      const [[count] = []] = await db.query(
        `select count(*) from unnest('{${refused.join(',')}}'::bigint[]) r (id) join ${table} using (id) where not imported`,
      );
      return Number(count);
    },
  };
}
