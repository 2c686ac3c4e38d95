import pg from 'pg';
import { heal } from '../../src/adapters/pg.ts';
import type { Healed, SavepointOptions } from '../../src/heal/options.ts';
import { type Database, othersGone } from '../support/database.ts';

/** A pool that heals, what it told, and every statement that went to the server by way of it. */
export interface Watched {
  readonly plain: pg.Pool;
  readonly healed: pg.Pool;
  readonly moves: Healed[];
  readonly statements: string[];
}

/** Lends a pool to `work`. */
export async function withPool(
  db: Database,
  options: SavepointOptions,
  work: (pool: Watched) => Promise<void>,
  config: pg.PoolConfig = {},
): Promise<void> {
  const plain = new pg.Pool({ connectionString: db.url, max: 5, ...config });
  const statements: string[] = [];
  plain.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((what: string | { text: string }, ...more: unknown[]) => {
      statements.push(typeof what === 'string' ? what : what.text);
      return query(what, ...more);
    }) as typeof client.query;
  });
  const moves: Healed[] = [];
  const healed = heal(plain, { ...options, onHeal: (one) => (moves.push(one), options.onHeal?.(one)) });
  try {
    await work({ plain, healed, moves, statements });
  } finally {
    await plain.end();
    await othersGone(db);
  }
}

/** All that an error holds, its stack aside. */
export function wholeOf(error: unknown): Record<string, unknown> {
  const names = Object.getOwnPropertyNames(error).filter((name) => name !== 'stack');
  return Object.fromEntries(names.map((name) => [name, (error as Record<string, unknown>)[name]]));
}
