import type { Queryable } from '../pg/queryable.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { Healer } from './healer.ts';
import type { HealOptions } from './options.ts';
import { isRepeatable, names, type Statement } from './statement.ts';

/**
 * Returns a function that runs work, and once more where it fails with a unique violation on a column whose sequence is behind,
 * after having moved that sequence. Any other error is thrown as it is. The work must be one statement outside of a transaction,
 * or a whole transaction that may be run again. At once at most one look and one move for a key, however many fail on it.
 *
 * `db` looks and moves. The entry points of the clients (`pgseq/pg`, `pgseq/prisma`, …) have a `heal` of their own, which needs
 * no function around each statement.
 */
export function heal(db: Queryable, options: HealOptions = {}): <T>(work: () => Promise<T>) => Promise<T> {
  refuseRaw(db);
  const healer = new Healer(options);
  return (work) => alone(healer, db, undefined, work);
}

/**
 * Runs a statement that stands in no transaction, on whichever connection; undefined: nobody knows what it is. Where it succeeds it
 * has cost a closure and a look at the clock.
 */
export function alone<T>(
  healer: Healer,
  db: Queryable,
  statement: Statement | undefined,
  execute: () => Promise<T>,
): Promise<T> {
  const since = performance.now();
  return execute().catch(async (error: unknown) => {
    if (statement !== undefined && !isRepeatable(statement.sql)) throw error;
    const attempt = {
      since,
      names: statement === undefined ? undefined : (value: string | null) => names(statement, value),
    };
    if ((await healer.cures(error, attempt, () => db)) === null) throw error;
    return await execute();
  });
}
