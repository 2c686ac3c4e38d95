import type { QueryArrayConfig } from 'pg';
import type { Connection } from './connect.ts';
import { Problem } from './problem.ts';
import type { Queryable, Row, TransactionOptions } from './queryable.ts';
import { errorCode, errorMessage } from './sqlstate.ts';

/**
 * Values stay as PostgreSQL prints them. A column's parser is made once for a result; where a value is the row before's, the
 * same string serves both: of a large database's survey, most are.
 */
const asText = {
  getTypeParser: () => {
    let before = '';
    return (value: string): string => (value === before ? before : (before = value));
  },
} as unknown as NonNullable<QueryArrayConfig['types']>;

/** Milliseconds in which a server that is still there answers a cancelled statement. */
const cancelPatience = 5000;

/** A connection as a Queryable: each transaction is one message to the server, so one round trip, pooler or not. */
export function session(connection: Connection): Queryable & { end(): Promise<void> } {
  const { client } = connection;
  const send = async (text: string): Promise<{ rows: unknown }[]> => {
    const result: unknown = await client.query({ text, rowMode: 'array', types: asText });
    return Array.isArray(result) ? result : [result as { rows: unknown }];
  };
  return {
    host: connection.host,
    port: connection.port,
    async transaction(statements, { mode, signal }: TransactionOptions): Promise<readonly Row[]> {
      signal?.throwIfAborted();
      let hangingUp: NodeJS.Timeout | undefined;
      const cancel = (): void => {
        void connection.cancel();
        hangingUp = setTimeout(() => connection.abandon(), cancelPatience);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const results = await send(
          [`begin isolation level read committed ${mode}`, ...statements, 'commit'].join(';\n'),
        );
        return (results.at(-2)?.rows ?? []) as Row[];
      } catch (error) {
        // The message ended at the error with the transaction still open. Where the connection is gone, so is the transaction
        await client.query('rollback').catch(() => undefined);
        signal?.throwIfAborted();
        throw isLost(error) ? lost(error) : error;
      } finally {
        signal?.removeEventListener('abort', cancel);
        clearTimeout(hangingUp);
      }
    },
    end: () => connection.end(),
  };
}

/** The driver says in words that the connection is gone, the operating system by its code, the server when it shuts down by 57P01 and others. */
function isLost(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined)
    return /^(?:Connection terminated|Client has encountered a connection error)/.test(errorMessage(error));
  return /^(?:ECONNRESET|EPIPE|ETIMEDOUT|57P0[1-5])$/.test(code);
}

function lost(cause: unknown): Problem {
  return new Problem(`the connection to the server was lost: ${errorMessage(cause)}`, {
    hint: 'its log says why; what was done until then stays done, and a second run goes on from there',
    code: '08006', // connection_failure
    cause,
  });
}
