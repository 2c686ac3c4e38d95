import type { Block, Position, Range, SequenceDefinition } from './sequence.ts';

/** How a column comes by the sequence's values; the first that holds. */
export type ColumnLink = 'identity' | 'owned' | 'default' | 'inherited' | 'configured';

/** Why a column's values cannot be compared with the sequence's. */
export type Incomparable = 'text-column' | 'column-type' | 'expression' | 'view' | 'foreign-table' | 'citus' | 'cycles';

/** Why something could not be read. */
export type Unreadable =
  | 'permission'
  | 'row-security'
  | 'timeout'
  | 'lock'
  | 'foreign'
  | 'foreign-code'
  | 'search-path'
  | 'unlogged'
  | 'changing'
  | 'name'
  | 'error';

/** A column that a sequence feeds, as the catalogs have it. */
export interface FedColumn {
  readonly relationOid: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** `schema.table` and `schema.table.column`, quoted only where needed. */
  readonly tableName: string;
  readonly name: string;
  readonly dataType: string;
  readonly baseType: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'foreign';
  readonly link: ColumnLink;
  /** Which ids a drawn value stands for; null when clients draw and the catalogs do not tell (either kind of block). */
  readonly block: Block | null;
  /** No default draws from the sequence: clients do. */
  readonly client: boolean;
  readonly incomparable: Incomparable | null;
  /** What fits the column's type; null when it is no number. */
  readonly range: Range | null;
  readonly indexed: boolean;
  readonly unique: 'yes' | 'part' | 'no';
  /** Why it is known, before asking, that it can't be read. */
  readonly unreadable: Unreadable | null;
  /** The role lacks USAGE on the table's schema. */
  readonly schemaClosed: boolean;
  /** Locks that reading it takes: the relation, its partitions, and all their indexes. */
  readonly locks: number;
  /** Pages of the relation and its partitions when last vacuumed or analyzed; 0 when unknown. */
  readonly pages: number;
}

/** A sequence and what it feeds, as the catalogs have it. */
export interface SurveyedSequence extends SequenceDefinition {
  readonly oid: string;
  readonly schema: string;
  readonly sequence: string;
  /** `schema.sequence`, quoted only where needed. */
  readonly name: string;
  readonly owner: string;
  /** Its name, or its schema's, has bytes that are no UTF-8, so that nothing can be asked of it. */
  readonly unspeakable: boolean;
  readonly schemaClosed: boolean;
  readonly readable: boolean;
  readonly drawable: boolean;
  readonly alterable: boolean;
  readonly extension: string | null;
  /** A subscription keeps this sequence (PostgreSQL 19 and newer). */
  readonly subscribed: boolean;
  readonly columns: readonly FedColumn[];
  /** The column that owns the sequence while taking its values from elsewhere. */
  readonly idleOwner: string | null;
}

/** What was found in one column. Values are the stored ones, not turned. */
export interface ColumnReading {
  /** The stored value furthest in the direction of counting; null when the column is empty. */
  readonly furthest: bigint | null;
  /** Stored values that the sequence will hand out: the first it runs into and the last. Null when there is none. */
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** The furthest value that is no further than the sequence can count; on its progression or not. */
  readonly within: bigint | null;
  /** Whether a value is taken depends on which block of ids a drawn value stands for, and nobody said which. */
  readonly undecided: boolean;
  /** Why some partitions could not be read: the rest is what the others show. */
  readonly unread: Unread | null;
}

/** Why something could not be read, and what the server said. */
export interface Unread {
  readonly unreadable: Unreadable;
  readonly detail: string | null;
}

/** The answer for one column: a reading, or why there is none. */
export type ColumnAnswer = ColumnReading | Unread;

/** What measuring a sequence brought, all from one moment. */
export interface Measurement {
  readonly position: Position | null;
  /** Why there is no position. */
  readonly unreadable: Unreadable | null;
  readonly detail: string | null;
  /** Another sequence has its name now. */
  readonly replaced: boolean;
  /** One answer for each column of the sequence, in their order; null for columns that are not read at all. */
  readonly columns: readonly (ColumnAnswer | null)[];
}

/** Whether an answer is a reading. */
export function isReading(answer: ColumnAnswer | null | undefined): answer is ColumnReading {
  return answer !== null && answer !== undefined && 'furthest' in answer;
}

/** Why a column, or a part of it, could not be read; null when all of it was. */
export function unreadOf(answer: ColumnAnswer | null | undefined): Unread | null {
  return isReading(answer) ? answer.unread : (answer ?? null);
}

/** What a drawn value must fit: the ranges of the columns that store it as it is. */
export function rangesOf(sequence: SurveyedSequence): Range[] {
  return sequence.columns.flatMap(({ range, kind, incomparable }) =>
    range === null || kind === 'view' || incomparable === 'expression' ? [] : [range],
  );
}
