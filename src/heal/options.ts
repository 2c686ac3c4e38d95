import type { FixOptions } from '../core/model/options.ts';

/** What was done about a unique violation. */
export interface Healed {
  /** `schema.sequence`, quoted only where needed. */
  readonly sequence: string;
  /** Its next value before the move, and after it; the same where nothing was moved. */
  readonly from: bigint;
  readonly to: bigint;
  /** `schema.table` of the statement that failed, quoted only where needed. */
  readonly table: string;
  /** The caller's word for the client, from the options; null where there is none. */
  readonly label: string | null;
  /** Left out after a move. Where nothing had to be moved and the statement is still run again: why. */
  readonly note?: string | undefined;
}

/** How to heal; every field may be left out. Once the signal is aborted nothing is healed any more, and errors go on as they are. */
export interface HealOptions
  extends Pick<
    FixOptions,
    | 'links'
    | 'lockTimeout'
    | 'margin'
    | 'maxJump'
    | 'method'
    | 'readForeign'
    | 'readLockTimeout'
    | 'role'
    | 'signal'
    | 'statementTimeout'
    | 'trustOwners'
  > {
  /** Called after each move, and where a statement is run again without one. */
  readonly onHeal?: ((healed: Healed) => void) | undefined;
  /** A word for the client, for `onHeal`: which of your databases, or which part of the application. */
  readonly label?: string | undefined;
  /** Moves in a minute, after which healing pauses and says so; 10 unless given. Whatever puts sequences behind so often needs another cure. */
  readonly movesPerMinute?: number | undefined;
}

/** How to heal a client that can set savepoints. */
export interface SavepointOptions extends HealOptions {
  /**
   * Set a savepoint before each INSERT, MERGE and WITH inside your transactions, and release it after: two more round trips each.
   * Without it a failed statement in a transaction is healed where it is the first one; any other throws its error with a note.
   */
  readonly savepoints?: boolean | undefined;
}
