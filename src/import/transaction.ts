import { quoteIdentifier, quoteRelation } from '../pg/identifier.ts';
import { safeSearchPath } from '../pg/query/session-settings.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { asItBegan, isLost } from '../pg/connection/session.ts';
import type { LoadSession } from '../pg/query/target.ts';
import { durable } from '../core/move/statements.ts';
import { pause } from '../pg/pause.ts';
import type { ImportOptions } from './options.ts';
import { lostProblem, unresolved } from './row-error.ts';
import type { ForeignKey } from './target-table.ts';

const point = 'pgseq_import';

/** The one transaction of an import: its own, or a savepoint in the caller's. */
export interface ImportTransaction {
  readonly isCallers: boolean;
  begin(): Promise<void>;
  /** Resolves when all is committed; where the transaction is the caller's, when all of it is a part of that. */
  commit(): Promise<void>;
  /** Undoes everything; never throws. */
  rollback(): Promise<void>;
}

/** In the caller's transaction no setting is changed: it goes on after us. */
export function callersTransaction(target: LoadSession): ImportTransaction {
  return {
    isCallers: true,
    begin: async () => void (await target.query([`savepoint ${point}`])),
    commit: async () => void (await target.query([`release savepoint ${point}`])),
    rollback: async () => {
      await target.query([`rollback to savepoint ${point}`, `release savepoint ${point}`]).catch(() => undefined);
    },
  };
}

/** As psql would load: under the session's own search_path, which triggers and defaults may need. No statement has a limit. */
export function ownTransaction(target: LoadSession, { role, another, signal }: ImportOptions): ImportTransaction {
  return {
    isCallers: false,
    async begin() {
      const statements = [
        'begin isolation level read committed read write',
        ...asItBegan,
        'set local idle_in_transaction_session_timeout = 0', // while a source is slow
        safeSearchPath,
        durable,
        'set local search_path to default',
        ...(role === undefined ? [] : [`set local role ${quoteIdentifier(role)}`]),
      ];
      await target.query(statements, signal);
    },
    async commit() {
      const { rows } = await target.query(
        ['select pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text'],
        signal,
      );
      const id = rows[0]?.[0] ?? null;
      await target.query(['commit'], signal).catch(async (error: unknown) => {
        // Interrupted, it may be committed all the same: the server, or the network, was slow to say so
        const isInterrupted = signal?.aborted === true;
        if (!isInterrupted && !isLost(error)) throw error;
        const status = await statusOf(id, another, isInterrupted ? whenInterrupted : whenLost);
        if (status === 'committed') return;
        if (status === 'aborted') throw isInterrupted ? error : lostProblem(error);
        throw new Problem(
          `${isInterrupted ? 'interrupted' : 'the connection was lost'} while the import was being committed; it is unknown whether its rows were stored`,
          {
            hint: [
              `ask the server: select pg_xact_status('${id}'), which returns committed (all rows are stored), aborted (none is) or in progress (ask again)`,
              'a second run with --on-conflict skip loads what is missing',
            ],
            code: unresolved,
            cause: error,
          },
        );
      });
    },
    rollback: async () => {
      await target.query(['rollback']).catch(() => undefined);
    },
  };
}

/** Milliseconds that it may take to learn what became of a transaction: a server may have to come back; who interrupts waits for less. */
const [whenLost, whenInterrupted] = [10_000, 4000];

/**
 * What became of a transaction whose end nobody heard of. Where COMMIT never reached the server, its session waits for it still: that is ended, so
 * that it cannot arrive later. Null where it could not be told within the time.
 */
async function statusOf(id: string | null, another: ImportOptions['another'], within: number): Promise<string | null> {
  if (id === null) return 'aborted'; // it held nothing
  if (another === undefined) return null;
  const signal = AbortSignal.timeout(within);
  let session: Queryable | null = null;
  while (!signal.aborted) {
    try {
      session ??= await another(signal);
      const [row] = await session.transaction([`select pg_catalog.pg_xact_status('${id}'::pg_catalog.xid8)`], {
        mode: 'read only',
        signal,
      });
      if (row?.[0] !== 'in progress') return row?.[0] ?? null;
      await session.transaction([ending(id)], { mode: 'read only', signal });
    } catch {
      session = null; // it is not back yet
    }
    await pause(200, undefined);
  }
  return null;
}

/** Ends the session of a transaction that waits for a statement. One that is at its COMMIT is left to it. */
function ending(id: string): string {
  return `select pg_catalog.pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity a
    where a.backend_xid::pg_catalog.text = (${id}::pg_catalog.int8 % 4294967296)::pg_catalog.text and a.state like 'idle in transaction%'`;
}

/** Puts foreign keys off to the end of the load, or proves them now. */
export function constraints(keys: readonly ForeignKey[], when: 'deferred' | 'immediate'): string[] {
  return keys.length === 0
    ? []
    : [`set constraints ${keys.map(({ schema, name }) => quoteRelation(schema, name)).join(', ')} ${when}`];
}
