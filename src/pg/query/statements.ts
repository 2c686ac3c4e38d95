import type { Queryable, QueryRow, TransactionOptions } from '../queryable.ts';
import { readRow, rowAsText } from './row-text.ts';
import { errorCode } from '../sqlstate.ts';
import { sent } from './stray-bytes.ts';

/** Runs statements in order on one connection, and brings the rows of the last, each value as text. */
export type Execute = (statements: readonly string[], signal?: AbortSignal) => Promise<readonly QueryRow[]>;

/** Runs one statement without parameters on one connection, and brings its rows in whatever form the client has. */
export type Run = (sql: string) => Promise<readonly unknown[]>;

type Mode = TransactionOptions['mode'];

interface Place {
  readonly host: string | null;
  readonly port: number | null;
  /** Runs a statement on another connection: that is how one is cancelled. Left out: it ends, and no other is begun. */
  readonly beside?: ((sql: string) => Promise<unknown>) | undefined;
}

/** A client that opens transactions. */
export interface Opener extends Place {
  /** Runs the work in a READ COMMITTED transaction of its own, all of it on one connection. Where it throws, all is rolled back. */
  open<T>(mode: Mode, work: (execute: Execute) => Promise<T>): Promise<T>;
}

/** Statement by statement, on a client that makes values of its own of what it reads. */
export function oneByOne(run: Run): Execute {
  return async (statements, signal) => {
    for (const statement of statements.slice(0, -1)) {
      await run(statement);
      signal?.throwIfAborted();
    }
    const last = statements.at(-1) ?? '';
    const asText = rowAsText(last);
    const rows = await run(asText ?? last);
    return asText === null ? [] : rows.map((row) => readRow(String(Object.values(row as object)[0])));
  };
}

/** A client that opens transactions, as a Queryable. */
export function ownTransactions({ host, port, open, beside }: Opener): Queryable {
  return {
    host,
    port,
    async transaction(statements, { mode, signal }) {
      signal?.throwIfAborted();
      return await sent(statements, mode, (some) =>
        open(mode, (execute) => cancellable(execute, some, beside, signal)),
      );
    },
  };
}

/** BEGIN and COMMIT around the work, for clients that lend a connection and leave them to us. */
export async function begun<T>(execute: Execute, mode: Mode, work: (execute: Execute) => Promise<T>): Promise<T> {
  await execute([`begin isolation level read committed ${mode}`]);
  try {
    const result = await work(execute);
    await execute(['commit']);
    return result;
  } catch (error) {
    await execute(['rollback']).catch(() => undefined); // the connection is gone then, and the error before tells
    throw error;
  }
}

/** Whether a transaction is open on a connection, asked of the server. */
export async function isOpen(execute: Execute): Promise<boolean> {
  try {
    await execute(['savepoint pgseq_open']);
  } catch (error) {
    if (errorCode(error) === '25P01') return false; // no_active_sql_transaction
    throw error;
  }
  await execute(['release savepoint pgseq_open']);
  return true;
}

const point = 'pgseq_inside';

/**
 * The transaction that is open on a session, as a Queryable: it sees what was not committed yet. Each of its transactions is
 * undone afterwards, so that no setting of ours stays: it is for what reads, and for nextval, which nothing undoes.
 */
export function inside({ host, port, beside }: Place, execute: Execute): Queryable {
  const undo = [`rollback to savepoint ${point}`, `release savepoint ${point}`];
  return {
    host,
    port,
    inTransaction: () => Promise.resolve(true),
    transaction: (statements, { mode, signal }) => sent(statements, mode, (some) => undone(some, mode, signal)),
  };

  async function undone(
    statements: readonly string[],
    mode: Mode,
    signal: AbortSignal | undefined,
  ): Promise<readonly QueryRow[]> {
    signal?.throwIfAborted();
    await execute(
      [`savepoint ${point}`, ...(mode === 'read only' ? ['set local transaction_read_only = on'] : [])],
      signal,
    );
    try {
      return await cancellable(execute, statements, beside, signal);
    } finally {
      await execute(undo).catch(() => undefined); // the session is gone then, and the error before tells
    }
  }
}

/** Runs statements that the signal cancels. Nobody else gets the connection before the cancelling is over: it might hit them. */
async function cancellable(
  execute: Execute,
  statements: readonly string[],
  beside: Place['beside'],
  signal: AbortSignal | undefined,
): Promise<readonly QueryRow[]> {
  if (signal === undefined || beside === undefined) return await execute(statements, signal);
  const [row] = await execute(['select pg_catalog.pg_backend_pid()']);
  let cancelled: Promise<unknown> = Promise.resolve();
  const cancel = (): void => {
    cancelled = beside(`select pg_catalog.pg_cancel_backend(${row?.[0]})`).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await execute(statements, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelled;
  }
}
