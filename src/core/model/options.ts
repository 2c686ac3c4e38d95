import type { Offering } from '../../pg/offering.ts';
import type { Queryable } from '../../pg/queryable.ts';
import type { DatabaseReport, MoveMethod } from './report.ts';

/** Which sequences are meant, as psql patterns. Within a kind any pattern may match; kinds add up: all must. */
export interface SequenceFilters {
  readonly schemas?: readonly string[] | undefined;
  readonly excludeSchemas?: readonly string[] | undefined;
  readonly tables?: readonly string[] | undefined;
  readonly excludeTables?: readonly string[] | undefined;
  readonly sequences?: readonly string[] | undefined;
}

/** How to look at a database; every field may be left out. */
export interface InspectOptions extends SequenceFilters {
  /** Links that the catalogs cannot know: `schema.sequence=schema.table.column@below`. */
  readonly links?: readonly string[] | undefined;
  /** Read foreign tables: asks the foreign server. */
  readonly readForeign?: boolean | undefined;
  /** Read tables also where planning that may run code of roles other than this one and superusers. */
  readonly trustOwners?: boolean | undefined;
  /** SET ROLE for every transaction. */
  readonly role?: string | undefined;
  /** Percent of a sequence's values from which it is near its limit; 80 unless given. */
  readonly nearLimit?: number | undefined;
  /** Percent of what remains that a move for a few lone ids may use up; 50 unless given. */
  readonly maxJump?: number | undefined;
  /** Milliseconds for one measurement; 30,000 unless given, 0 is no limit. */
  readonly statementTimeout?: number | undefined;
  /** Milliseconds that a read waits for a lock; 2,000 unless given. */
  readonly readLockTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How pgseq was called, for the commands that messages offer; bare ones where nobody typed anything. */
  readonly offering?: Offering | undefined;
  /** Opens more sessions of the same database, to measure side by side. Asked only where there is enough to measure. */
  readonly moreSessions?: (() => Promise<readonly Queryable[]>) | undefined;
  readonly onProgress?: ((progress: FixProgress) => void) | undefined;
}

/** How to check; every field may be left out. */
export interface CheckOptions extends InspectOptions {
  /** Told about how pgseq is connected: a superuser, a version not tested. */
  readonly onCaution?: ((text: string) => void) | undefined;
}

/** How to fix; every field may be left out. */
export interface FixOptions extends CheckOptions {
  /** auto unless given: stepping where that is quick and leaves no stale cache behind, else a short lock. */
  readonly method?: MoveMethod | 'auto' | undefined;
  /** Ids to leave free beyond the furthest stored value. */
  readonly margin?: bigint | undefined;
  /** Move the one sequence in scope forward to this value, by hand. */
  readonly to?: bigint | undefined;
  /** What the next value of a sequence must be at least, by its name in reports: there it stood, or will be wanted, for another reason than what is stored. */
  readonly floors?: ReadonlyMap<string, bigint> | undefined;
  /** Milliseconds that a lock may keep writers waiting, each time; 100 unless given. */
  readonly lockTimeout?: number | undefined;
  /** Milliseconds to wait for transactions that may hold explicit ids nobody sees yet; 30,000 unless given. */
  readonly wait?: number | undefined;
  /** Change nothing. */
  readonly dryRun?: boolean | undefined;
  /** Told what is about to be changed, before anything is. */
  readonly onStart?: ((database: DatabaseReport, moves: number) => void) | undefined;
}

/** What long work is at. */
export interface FixProgress {
  readonly phase: 'survey' | 'guard' | 'measure' | 'move' | 'wait' | 'verify';
  readonly done: number;
  /** 0 when it is not known. */
  readonly total: number;
}
