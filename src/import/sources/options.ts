import type { Readable } from 'node:stream';

/** How a source is to be opened. */
export interface SourceOptions {
  /** The table that rows without a name belong to. */
  readonly table: string | null;
  /** Of a CSV without a header. */
  readonly columns: readonly string[] | null;
  readonly delimiter: string | null;
  readonly encoding: string | null;
  /** What stands for NULL in a CSV or TSV; null: what is usual there. */
  readonly nullText: string | null;
  readonly format: 'csv' | 'tsv' | 'ndjson' | 'json' | null;
  /** What becomes of dates that MySQL knows and PostgreSQL does not, such as 0000-00-00. */
  readonly zeroDates: 'null' | 'reject';
  /** The most bytes that one thing may have which is read as a whole; 64 MB unless given. */
  readonly maxElement?: number | undefined;
  /** Standard input; asked for only where it is a source. */
  readonly input: () => Readable;
  /** The tables of a database that are wanted; empty: all. */
  readonly tables: readonly string[];
  /** Read tables also where that may run code of their owners, and rows on foreign servers. */
  readonly trustOwners?: boolean | undefined;
  readonly readForeign?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
  readonly onNote: (note: string) => void;
}
