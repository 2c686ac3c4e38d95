/** A value as PostgreSQL prints it, or null. 64-bit numbers stay exact that way, whatever the client would make of them. */
export type QueryValue = string | null;
/** A row, its values in the order of the select list. */
export type QueryRow = readonly QueryValue[];

/** How a transaction runs. */
export interface TransactionOptions {
  /** The transaction's access mode. It is always READ COMMITTED, so that every statement sees what was committed before it. */
  readonly mode: 'read only' | 'read write';
  /** Cancels the statement that is running. The promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** All that pgseq needs of a database client: text in, rows of text out, one transaction at a time. */
export interface Queryable {
  /** Where the client is connected to, for messages and reports; null where the client does not say. */
  readonly host: string | null;
  readonly port: number | null;
  /**
   * Runs the statements in one transaction of their own, in order, and returns the rows of the last.
   * Rejects with the client's error, which carries PostgreSQL's SQLSTATE as `code`; the transaction is rolled back then,
   * and the client can be used again.
   */
  transaction(statements: readonly string[], options: TransactionOptions): Promise<readonly QueryRow[]>;
  /**
   * Whether the caller has a transaction open, which `transaction` then becomes a part of: it sees what was not committed yet,
   * undoes the settings it makes, and takes no lock that would be held to the caller's commit. Left out: never.
   */
  inTransaction?(): Promise<boolean>;
}
