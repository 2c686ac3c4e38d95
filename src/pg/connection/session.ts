import type { QueryArrayConfig } from 'pg';
import type { Connection } from './connect.ts';
import { Problem } from '../../problem.ts';
import type { Queryable, QueryRow, TransactionOptions } from '../queryable.ts';
import { sent } from '../query/stray-bytes.ts';
import { errorCode, errorMessage } from '../sqlstate.ts';

/**
 * Values stay as PostgreSQL prints them. A column's parser is made once for a result; where a value is the row before's, the
 * same string serves both: of a large database's survey, most are.
 */
export const asText = {
  getTypeParser: () => {
    let before = '';
    return (value: string): string => (value === before ? before : (before = value));
  },
} as unknown as NonNullable<QueryArrayConfig['types']>;

/**
 * Milliseconds in which a server that is still there answers a cancelled statement. PgBouncer does not cancel what still waits for
 * a server session.
 */
const cancelPatience = 4000;

/**
 * What other clients of a pooler may have left behind on the server session that we share, back to what it began with: no
 * answer may depend on them. `sessionSettings` sets the rest. Nobody but us uses a connection of ours otherwise, and nothing is set
 * on it for longer than a transaction, so that this changes nothing there.
 */
export const asItBegan = [
  'set local statement_timeout = 0', // first, since it may be a millisecond
  // Since 17
  "select pg_catalog.set_config('transaction_timeout', '0', true) where pg_catalog.current_setting('transaction_timeout', true) is not null",
  'set local idle_in_transaction_session_timeout to default',
  'set local session authorization default',
  'set local role to default', // goes with it, though not in releases before November 2024
  'set local search_path to default',
  'set local default_transaction_read_only to default',
];

/** A connection as a Queryable: each transaction is one message to the server, so one round trip, pooler or not. */
export function session(connection: Connection): Queryable & { end(): Promise<void> } {
  const { client } = connection;
  // What is said while no statement runs: why the session is over. The next statement hears only that it is
  let farewell: unknown;
  client.on('error', (error) => {
    farewell ??= error;
  });
  const send = async (text: string): Promise<{ rows: unknown }[]> => {
    const result: unknown = await client.query({ text, rowMode: 'array', types: asText });
    return Array.isArray(result) ? result : [result as { rows: unknown }];
  };
  return {
    host: connection.host,
    port: connection.port,
    transaction: (statements, options) => sent(statements, options.mode, (some) => transaction(some, options)),
    end: () => connection.end(),
  };

  async function transaction(
    statements: readonly string[],
    { mode, signal }: TransactionOptions,
  ): Promise<readonly QueryRow[]> {
    signal?.throwIfAborted();
    const settle = cancelling(connection, signal);
    try {
      const results = await send(
        [`begin isolation level read committed ${mode}`, ...asItBegan, ...statements, 'commit'].join(';\n'),
      );
      return (results.at(-2)?.rows ?? []) as QueryRow[];
    } catch (error) {
      // The message ended at the error with the transaction still open. Where the connection is gone, so is the transaction
      const refused: unknown = await client.query('rollback').then(
        () => undefined,
        (reason: unknown) => reason,
      );
      signal?.throwIfAborted();
      if ([error, refused, farewell].some((said) => /statement pooling mode/.test(errorMessage(said))))
        throw statementMode(error);
      throw isLost(error) ? lost(errorCode(error) === undefined ? (farewell ?? error) : error) : error;
    } finally {
      settle();
    }
  }
}

/** Cancels what the session runs when the signal says so, and hangs up where that does not help. Returns how to stop listening. */
export function cancelling(connection: Connection, signal: AbortSignal | undefined): () => void {
  let hangingUp: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    void connection.cancel();
    hangingUp = setTimeout(() => connection.abandon(), cancelPatience);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  return () => {
    signal?.removeEventListener('abort', cancel);
    clearTimeout(hangingUp);
  };
}

/** The driver says in words that the connection is gone, the operating system by its code, the server when it shuts down by 57P01 and others. */
export function isLost(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined)
    return /^(?:Connection terminated|Client has encountered a connection error)/.test(errorMessage(error));
  return /^(?:57P0[1-5]|EPIPE|ETIMEDOUT|ECONN(?:RESET|ABORTED|REFUSED)|ENOTCONN|E(?:HOST|NET)(?:UNREACH|DOWN)|ENETRESET)$/.test(
    code,
  );
}

/** As long as nothing fails such a pool does: a transaction is one message. But it ends the session that has to roll back. */
function statementMode(cause: unknown): Problem {
  return new Problem('a statement failed and the pooler ended the session, because this pool is in statement mode', {
    hint: 'connect to a pool in transaction or session mode, or to the server itself',
    code: '08006',
    cause,
  });
}

function lost(cause: unknown): Problem {
  return new Problem(`the connection to the server was lost: ${errorMessage(cause)}`, {
    hint: 'its log says why; what was done until then remains, and a second run continues from there',
    code: '08006', // connection_failure
    cause,
  });
}
