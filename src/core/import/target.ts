import type { Queryable, Row } from '../../pg/queryable.ts';

/** A session that rows can be brought into. */
export interface ImportSession extends Queryable {
  /** Runs one statement in the session, outside of `transaction` or within a transaction that is open; rows of text. */
  query(sql: string): Promise<readonly Row[]>;
  /** Runs `COPY … FROM STDIN` with these bytes; returns the rows that it brought. */
  copyFrom(sql: string, chunks: AsyncIterable<Uint8Array>): Promise<bigint>;
}

/**
 * A Queryable within the transaction that a session has open: what it runs is taken back to a savepoint, so that its settings stay
 * behind in nothing; sequences, which no transaction takes back, stay where it moved them. It sees what the transaction has written.
 */
export function within(session: ImportSession): Queryable {
  const { host, port } = session;
  return {
    host,
    port,
    async transaction(statements, { signal }) {
      signal?.throwIfAborted();
      await session.query('savepoint pgseq_look');
      try {
        let rows: readonly Row[] = [];
        for (const statement of statements) rows = await session.query(statement);
        return rows;
      } finally {
        // Where the session is gone, the error that said so is the one to tell
        await session.query('rollback to savepoint pgseq_look; release savepoint pgseq_look').catch(() => undefined);
      }
    },
  };
}
