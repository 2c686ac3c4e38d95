import type { Client } from 'pg';
import { copyFrom } from '../pg/copy.ts';
import { runStatements } from '../pg/long-transaction.ts';
import type { Row } from '../pg/queryable.ts';
import { errorCode } from '../pg/sqlstate.ts';
import type { Target } from '../pg/target.ts';

/** A client of node-postgres that is connected: a Client, or what a Pool lends. Nobody else may use it meanwhile. */
export type PgClient = Pick<Client, 'query'> & {
  readonly host?: string;
  readonly port?: number;
  /** Since 8.17. */
  getTransactionStatus?(): string | null;
};

/** node-postgres as pgseq needs it. What runs in a transaction that the caller has open becomes a part of it. */
export function pgClient(client: PgClient): Target {
  const inTransaction = async (): Promise<boolean> => {
    const status = client.getTransactionStatus?.() ?? null;
    if (status !== null) return status !== 'I';
    try {
      await client.query('savepoint pgseq_open');
    } catch (error) {
      if (errorCode(error) === '25P01') return false; // no_active_sql_transaction
      throw error;
    }
    await client.query('release savepoint pgseq_open');
    return true;
  };
  return {
    host: client.host ?? null,
    port: client.port ?? null,
    inTransaction,
    query: (statements) => runStatements(client, statements),
    copyFrom: (sql, chunks, signal) => copyFrom(client, sql, chunks, signal),
    async transaction(statements, { mode, signal }): Promise<readonly Row[]> {
      signal?.throwIfAborted();
      try {
        await runStatements(client, [`begin isolation level read committed ${mode}`]);
        const { rows } = await runStatements(client, statements);
        await client.query('commit');
        return rows;
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
  };
}
