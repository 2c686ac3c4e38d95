import type { Queryable, QueryRow } from '../queryable.ts';
import { inside } from './statements.ts';

/** What the last of some statements brought. */
export interface QueryResult {
  readonly rows: readonly QueryRow[];
  /** Rows that it inserted, updated or returned. */
  readonly count: bigint;
}

/** A session that rows can be loaded into: one transaction may be held over many calls. */
export interface LoadSession extends Queryable {
  /** Whether somebody has a transaction open on the session: then the load becomes a part of it. */
  inTransaction(): Promise<boolean>;
  /** Runs statements as they stand, in the transaction that is open, and brings what the last of them did. */
  query(statements: readonly string[], signal?: AbortSignal): Promise<QueryResult>;
  /**
   * Runs `COPY … FROM STDIN` with these bytes; returns how many rows it took. Where the bytes end with an error, so does the
   * COPY, and the error is thrown. The session can be used again, however it ends.
   */
  copyFrom(sql: string, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<bigint>;
}

/** The transaction that is open on a session, as a Queryable of its own. */
export function insideOf(target: LoadSession): Queryable {
  return inside(target, async (statements, signal) => (await target.query(statements, signal)).rows);
}
