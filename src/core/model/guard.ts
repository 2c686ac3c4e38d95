/** A trigger of a guard. */
export interface GuardTrigger {
  readonly name: string;
  /** What fires it: an insert statement, an update statement, or a row that was inserted or updated. */
  readonly kind: 'insert' | 'update' | 'row';
  /** As PostgreSQL has it: O at the origin, R for replication, A always, D disabled. */
  readonly state: string;
  /** It came from the partitioned table above, and goes with the trigger there. */
  readonly clone: boolean;
  /** As the guard made it: without a condition, and with the rows that were stored. */
  readonly sound: boolean;
  /** The schema of the function that it calls. */
  readonly home: string;
}

/** A table that a guard stands on, or should stand on. */
export interface GuardPlace {
  readonly relationOid: string;
  readonly schema: string;
  readonly relation: string;
  /** `schema.table`, quoted only where needed. */
  readonly name: string;
  readonly owner: string;
  /** It has partitions, and no rows of its own. */
  readonly parted: boolean;
  readonly triggers: readonly GuardTrigger[];
}

/** A function of a guard: it has one for each role that owns tables on which it stands. */
export interface GuardFunction {
  readonly name: string;
  /** The schema that it lies in, which is pgseq, unless its owner has taken it elsewhere. */
  readonly home: string;
  /** There is a table of its name, where long ways wait. */
  readonly waits: boolean;
  /** It serves another table too, since a partition was detached: it is a guard for each. */
  readonly shared: boolean;
}

/** A guard: a trigger function, what it says it was made for, and where it stands. */
export interface Guard {
  /** Its name. */
  readonly function: string;
  readonly functions: readonly GuardFunction[];
  /** What about it is not as pgseq made it, in words: somebody may have changed whom it acts for, or what it does. */
  readonly fault: string | null;
  /** With whose rights it acts. */
  readonly owner: string;
  /** Its owner may use the schema pgseq; where not, it is idle. */
  readonly usable: boolean;
  readonly version: number;
  readonly column: string;
  /** The table and the sequence as they were called when it was made; quoted only where needed. */
  readonly table: string;
  readonly sequence: string;
  readonly counts: 'up' | 'down';
  /** Made for a sequence of which sessions keep values in their caches. */
  readonly cached: boolean;
  /** Percent of what remains that a few lone ids may use up. */
  readonly maxJump: number;
  /** The table, then its partitions; empty when it stands nowhere. */
  readonly places: readonly GuardPlace[];
}

/**
 * How a column is guarded; the first that applies.
 * tampered: its function or what that calls is not what pgseq made, or belongs to somebody other than the table.
 * changed: made for another name, sequence or direction; it works from what the catalogs say, slowly, or idles.
 * outdated: made by an older version of pgseq. disabled: somebody switched triggers of it off. weakened: triggers fire at other
 * times than they should. incomplete: triggers are missing, of a partition for example, or a right. unguarded: there is none.
 * unguardable: it could not be guarded.
 */
export type GuardState =
  | 'guarded'
  | 'tampered'
  | 'changed'
  | 'outdated'
  | 'disabled'
  | 'weakened'
  | 'incomplete'
  | 'unguarded'
  | 'unguardable';

/** A column that a sequence feeds, or a guard was made for, and how it is guarded. */
export interface GuardedColumn {
  /** `schema.table.column`, quoted only where needed. */
  readonly name: string;
  /** `schema.table`, quoted only where needed. */
  readonly tableName: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The sequence that feeds it; null for a guard whose column no sequence feeds any more. */
  readonly sequence: string | null;
  readonly state: GuardState;
  /** What is the matter, in words; null when nothing is. */
  readonly message: string | null;
  /** Updates of the column are guarded too. */
  readonly updates: boolean;
  readonly maxJump: number | null;
  /** The guard's function, `pgseq.name`; null where there is none. */
  readonly function: string | null;
}
