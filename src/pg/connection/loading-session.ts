import type { Connection } from './connect.ts';
import { copyFrom } from '../query/copy.ts';
import { asText, cancelling, session } from './session.ts';
import type { Execute } from '../query/statements.ts';
import type { QueryResult, LoadSession } from '../query/target.ts';
import type { QueryRow } from '../queryable.ts';

/** All that is asked of a client of node-postgres to hold a transaction over many calls. */
export interface StatementClient {
  query(config: { text: string; rowMode: 'array'; types: typeof asText }): Promise<unknown>;
}

/** Runs statements as one message, and tells what the last of them did. */
export async function runStatements(client: StatementClient, statements: readonly string[]): Promise<QueryResult> {
  const results: unknown = await client.query({ text: statements.join(';\n'), rowMode: 'array', types: asText });
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  const { rows, rowCount } = last as { rows?: readonly QueryRow[]; rowCount?: number | null };
  return { rows: rows ?? [], count: BigInt(rowCount ?? 0) };
}

/** The same for whoever wants the rows only. */
export function executeOn(client: StatementClient): Execute {
  return async (statements) => (await runStatements(client, statements)).rows;
}

/** Milliseconds in which a server that is still there answers what ends a COPY that is not wanted any more. */
const patience = 2500;

/**
 * A connection as a Target: the transaction that `query` begins lasts until `query` ends it. Nobody else uses the session meanwhile.
 * Where the server answers nothing after a signal the connection is closed. `onUnheard` is then called: the server may not know for
 * hours, and keeps its locks.
 */
export function loadingSession(connection: Connection, onUnheard: () => void = () => {}): LoadSession {
  const { client } = connection;
  let hangingUp: NodeJS.Timeout | undefined;
  const waitNoLonger = (): void => {
    hangingUp ??= setTimeout(() => {
      connection.abandon();
      onUnheard();
    }, patience);
  };
  return {
    ...session(connection),
    inTransaction: () => Promise.resolve(false),
    async query(statements, signal) {
      signal?.throwIfAborted();
      const settle = cancelling(connection, signal);
      try {
        return await runStatements(client, statements);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        settle();
        clearTimeout(hangingUp);
        hangingUp = undefined;
      }
    },
    async copyFrom(sql, chunks, signal) {
      const settle = cancelling(connection, signal);
      // The COPY is over for us when it is told so. Whether the server heard of it shows in the answer to the ROLLBACK that follows
      signal?.addEventListener('abort', waitNoLonger, { once: true });
      try {
        return await copyFrom(client, sql, chunks, signal);
      } finally {
        settle();
        signal?.removeEventListener('abort', waitNoLonger);
      }
    },
  };
}
