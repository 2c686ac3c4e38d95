import type { Offering } from '../pg/offering.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { ColumnMap } from './columns.ts';
import type { OnConflict } from './plan.ts';
import type { RejectedRow } from './rejects.ts';

/** How far a load has got. */
export interface LoadProgress {
  /** The table's name, its place among all (1 is the first), and how many there are. */
  readonly table: string;
  readonly place: number;
  readonly tables: number;
  /** Rows of this table so far, and of all; null when nobody knows. */
  readonly rows: bigint;
  readonly allRows: bigint | null;
  /** The same in bytes of the source. */
  readonly bytes: number | null;
  readonly allBytes: number | null;
}

/** How to import; every field may be left out. */
export interface ImportOptions {
  /** Which tables: of a source of many; the target of one that has one. All unless given. */
  readonly tables?: readonly string[] | undefined;
  /** A source's table → the table that it goes into, where their names differ. */
  readonly renameTables?: ReadonlyMap<string, string> | undefined;
  /** A source's column, or `table.column`, → the column that it goes into; null leaves it out. */
  readonly map?: ColumnMap | undefined;
  /** What to do with a row whose key is taken; `error` unless given. */
  readonly onConflict?: OnConflict | undefined;
  /** Empty the tables first; readers wait until all is loaded. */
  readonly truncate?: boolean | undefined;
  /** Load into temporary copies, and tell what would happen. */
  readonly dryRun?: boolean | undefined;
  /** Gets rows that do not fit, and the import goes on; unless given, the first of them ends it. */
  readonly onReject?: ((row: RejectedRow) => Promise<void> | void) | undefined;
  /** SET ROLE for everything. Not in a transaction of the caller's, which has its role. */
  readonly role?: string | undefined;
  /** Percent of what remains of a sequence that a few lone ids may use up; 50 unless given. */
  readonly maxJump?: number | undefined;
  /** Milliseconds for one measurement of a sequence; 30,000 unless given. */
  readonly statementTimeout?: number | undefined;
  /** Read tables also where that may run code of their owners: see `LookOptions`. */
  readonly trustOwners?: boolean | undefined;
  /** Read foreign tables too: see `LookOptions`. */
  readonly readForeign?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How pgseq was called, for the commands that messages offer; bare ones where nobody typed anything. */
  readonly offering?: Offering | undefined;
  /** Told how pgseq is connected, which triggers will fire, and what else is to be known beforehand. */
  readonly onCaution?: ((text: string) => void) | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Opens another session of the same database: for a sequence that has far to go, and to ask what became of a commit; then with a signal of its own. */
  readonly another?: ((signal?: AbortSignal) => Promise<Queryable>) | undefined;
  /** Runs what comes after the rows: its signal may end that part earlier. */
  readonly afterwards?:
    | (<Result>(work: (signal: AbortSignal | undefined) => Promise<Result>) => Promise<Result>)
    | undefined;
}
