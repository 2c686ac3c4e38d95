import { sessionSettings } from '../pg/query/session-settings.ts';
import { type QueryOptions, writers } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { errorCode, errorHint, errorMessage, failureOf } from '../pg/sqlstate.ts';
import { retryWithBackoff } from '../pg/retry.ts';
import type { MoveError } from '../core/model/report.ts';
import { describe } from '../core/move/wait-for-writers.ts';
import type { GuardWork } from './plan.ts';
import { lackedRights } from './rights.ts';

/** Runs statements that change guards in one transaction, and tries again a few times where somebody holds a lock. */
export async function change(db: Queryable, queryOptions: QueryOptions, statements: readonly string[]): Promise<void> {
  await retryWithBackoff(
    queryOptions.signal,
    (error) => failureOf(error) === 'lock',
    () =>
      db.transaction([...sessionSettings(queryOptions), ...statements], {
        mode: 'read write',
        signal: queryOptions.signal,
      }),
  );
}

/** Does one piece of work. Never throws for what concerns its table alone; does when the session is lost or the signal ends it. */
export async function work(
  db: Queryable,
  queryOptions: QueryOptions,
  { column, statements, tables }: GuardWork,
  role: string,
): Promise<MoveError | null> {
  try {
    await change(db, queryOptions, statements);
    return null;
  } catch (error) {
    queryOptions.signal?.throwIfAborted();
    const failure = failureOf(error);
    if (failure === 'lost') throw error;
    const lacking =
      failure === 'permission'
        ? await whatLacks(db, queryOptions, tables, role)
        : failure === 'lock'
          ? await whoHolds(db, queryOptions, tables)
          : null;
    // What the server has to say of a grant does not know yet which sequence it is
    const hint = errorHint(error)?.replace('on sequence ... to', () => `on sequence ${column.sequence} to`) ?? null;
    return { code: errorCode(error) ?? null, message: errorMessage(error), hint: lacking ?? hint };
  }
}

async function whatLacks(
  db: Queryable,
  queryOptions: QueryOptions,
  tables: readonly string[],
  role: string,
): Promise<string | null> {
  const lines = await lackedRights(db, queryOptions, { role, tables }).catch(() => {
    queryOptions.signal?.throwIfAborted();
    return [];
  });
  return lines.length === 0 ? null : lines.join('\n');
}

/** What to do about a table that could not be locked, with who holds it where that is seen. */
async function whoHolds(db: Queryable, queryOptions: QueryOptions, tables: readonly string[]): Promise<string> {
  const [holder] = await writers(db, queryOptions, tables).catch(() => []);
  const retry = 'Run it again, or allow more with --lock-timeout.';
  return holder === undefined ? retry : `${describe(holder)}. ${retry}`;
}
