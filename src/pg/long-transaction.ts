import type { Connection } from './connect.ts';
import { copyFrom } from './copy.ts';
import { asText, cancelling, session } from './session.ts';
import type { Execute } from './statements.ts';
import type { Result, Target } from './target.ts';
import type { Row } from './queryable.ts';

/** All that is asked of a client of node-postgres to hold a transaction over many calls. */
export interface StatementClient {
  query(config: { text: string; rowMode: 'array'; types: typeof asText }): Promise<unknown>;
}

/** Runs statements as one message, and tells what the last of them did. */
export async function runStatements(client: StatementClient, statements: readonly string[]): Promise<Result> {
  const results: unknown = await client.query({ text: statements.join(';\n'), rowMode: 'array', types: asText });
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  const { rows, rowCount } = last as { rows?: readonly Row[]; rowCount?: number | null };
  return { rows: rows ?? [], count: BigInt(rowCount ?? 0) };
}

/** The same for whoever wants the rows only. */
export function executeOn(client: StatementClient): Execute {
  return async (statements) => (await runStatements(client, statements)).rows;
}

/** A connection as a Target: the transaction that `query` begins lasts until `query` ends it. Nobody else uses the session meanwhile. */
export function loadingSession(connection: Connection): Target {
  const { client } = connection;
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
      }
    },
    async copyFrom(sql, chunks, signal) {
      const settle = cancelling(connection, signal);
      try {
        return await copyFrom(client, sql, chunks, signal);
      } finally {
        settle();
      }
    },
  };
}
