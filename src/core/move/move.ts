import { verifyRelations } from '../../pg/query/relation-check.ts';
import { sessionSettings } from '../../pg/query/session-settings.ts';
import { type QueryOptions, holders } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { position, readFields, readPosition } from '../../pg/query/measurement-sql.ts';
import { errorCode, errorHint, errorMessage, failureOf } from '../../pg/sqlstate.ts';
import type { Grants } from '../model/grants.ts';
import { printable } from '../../text/printable.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import { durable, lockStatements, logged, proof, stepStatementCount, stepStatements } from './statements.ts';
import { fileReplaced, retryWithBackoff, retryOn } from '../../pg/retry.ts';
import type { MoveMethod, MoveError } from '../model/report.ts';
import { cautionedLines } from '../model/caution.ts';
import { nextValue, type Position, upward } from '../model/sequence.ts';
import { describe } from './wait-for-writers.ts';

/** A sequence, and where it is to go. */
export interface Move {
  readonly sequence: SurveyedSequence;
  /** What next is to be, at least. */
  readonly target: bigint;
  /** How many calls that is from where it was seen. */
  readonly steps: bigint;
  /** Null: the role has not the right to it. */
  readonly method: MoveMethod | null;
  /** What was asked for; with auto, stepping stands in where locking fails. */
  readonly wanted: MoveMethod | 'auto';
}

/** How a move ended. `after` is where the sequence stood right after it; null when that could not be read. */
export type Moved =
  | { readonly method: MoveMethod; readonly after: Position | null; readonly error: null; readonly moved: boolean }
  | {
      readonly method: MoveMethod | null;
      readonly after: Position | null;
      readonly error: MoveError;
      readonly moved: boolean;
    };

export interface MoveOptions {
  readonly queryOptions: QueryOptions;
  readonly grants: Grants;
  /** Milliseconds that ALTER SEQUENCE may keep writers waiting, each time. */
  readonly lockTimeout: number;
  /** Another session was lost while it was at this move, and may have made it. */
  readonly again: boolean;
}

/** Moves one sequence. Never throws for what concerns this sequence alone; does when the session is lost or the signal ends it. */
export async function move(db: Queryable, planned: Move, options: MoveOptions): Promise<Moved> {
  const { sequence, target, method, wanted } = planned;
  if (method === null) return { method, after: null, error: refused(planned, options.grants), moved: false };
  try {
    const moved =
      method === 'lock' ? await lock(db, sequence, target, options) : await step(db, sequence, target, options);
    if (options.again) await keep(db, options);
    return { method, after: await where(db, sequence, options), error: null, moved: moved || options.again };
  } catch (cause) {
    const error = hasChanged(cause)
      ? new Changed(`${sequence.name} was altered, dropped or recreated in the meantime`)
      : cause;
    if (options.queryOptions.signal?.aborted === true) {
      // Stepping may have got part of the way, or all of it: look once more, so that the report tells
      const last = { ...options, queryOptions: { ...options.queryOptions, signal: undefined } };
      const after = await where(db, sequence, last).catch(() => null);
      if (after !== null && isThere(sequence, after, target)) {
        const isKept = await keep(db, last).then(
          () => true,
          () => false,
        );
        if (isKept) return { method, after, error: null, moved: true };
      }
      const interrupted = { code: null, message: 'interrupted', hint: 'Run it again to finish.' };
      return { method, after, error: interrupted, moved: false };
    }
    if (failureOf(error) === 'lost' && !(error instanceof Busy || error instanceof Changed)) throw error;
    if (method === 'lock' && wanted === 'auto' && sequence.drawable && !(error instanceof Changed))
      return move(db, { ...planned, method: 'step' }, options);
    const after = error instanceof Changed ? null : await where(db, sequence, options).catch(() => null);
    return { method, after, error: explained(planned, error, options.grants), moved: false };
  }
}

/** The sequence is held by somebody else; the message names who. */
class Busy extends Error {}

/** The sequence is not the one that was surveyed any more. */
class Changed extends Error {}

function hasChanged(error: unknown): boolean {
  return failureOf(error) === 'gone' && errorCode(error) !== fileReplaced;
}

/** Makes a move that was seen, but whose commit was not, outlive a crash. */
async function keep(db: Queryable, { queryOptions }: MoveOptions): Promise<void> {
  await db.transaction([...sessionSettings(queryOptions), durable, logged], {
    mode: 'read write',
    signal: queryOptions.signal,
  });
}

/** It is read and moved by its name: which must be its own, and stay so until the transaction is over. */
function itself({ oid, schema, sequence: name }: SurveyedSequence): string[] {
  return verifyRelations([{ oid, schema, name, as: 'sequence' }], { trustOwners: true, readForeign: true });
}

/** And it must be defined as it was surveyed. The proof reads what has its name, so nothing but the sequence may have it. */
function unaltered(sequence: SurveyedSequence): string[] {
  return [...itself(sequence), proof(sequence)];
}

async function where(
  db: Queryable,
  sequence: SurveyedSequence,
  { queryOptions }: MoveOptions,
  ahead: readonly string[] = itself(sequence),
): Promise<Position | null> {
  const statements = [...sessionSettings(queryOptions), ...ahead, `select ${position(sequence)}`];
  const [row] = await retryOn([fileReplaced], () =>
    db.transaction(statements, { mode: 'read only', signal: queryOptions.signal }),
  );
  return readPosition(readFields(row?.[0] ?? null));
}

/** Where the sequence stands, once more before it is moved: it must still be the sequence that was surveyed. */
async function standsStill(db: Queryable, sequence: SurveyedSequence, options: MoveOptions): Promise<Position> {
  const found = await where(db, sequence, options, unaltered(sequence));
  if (found === null) throw new Changed(`the position of ${sequence.name} cannot be read`);
  return found;
}

function isThere(sequence: SurveyedSequence, at: Position, target: bigint): boolean {
  const { up } = upward(sequence, []);
  const next = nextValue(sequence, at);
  return next === null || up(next) >= up(target); // null: others have drawn all that was left beyond it
}

async function step(db: Queryable, sequence: SurveyedSequence, target: bigint, options: MoveOptions): Promise<boolean> {
  const { queryOptions, lockTimeout } = options;
  const { up, step } = upward(sequence, []);
  let at = await standsStill(db, sequence, options);
  if (isThere(sequence, at, target)) return false;
  const next = nextValue(sequence, at) ?? target;
  // Twice what it takes, and a few: a sequence that others restart under our hands is not chased for ever
  const most = 2n * stepStatementCount((up(target) - up(next)) / step) + 3n;
  for (let statements = 0n; statements < most; statements++) {
    await retryWithBackoff(queryOptions.signal, isPassing, () =>
      db.transaction(
        [
          ...sessionSettings({ ...queryOptions, lockTimeout }),
          ...unaltered(sequence),
          durable,
          ...stepStatements(sequence, target),
          logged,
        ],
        { mode: 'read write', signal: queryOptions.signal },
      ),
    );
    at = await standsStill(db, sequence, options);
    if (isThere(sequence, at, target)) return true;
  }
  throw new Changed(`${sequence.name} was set back repeatedly while it was being moved`);
}

async function lock(db: Queryable, sequence: SurveyedSequence, target: bigint, options: MoveOptions): Promise<boolean> {
  const { queryOptions, lockTimeout } = options;
  if (isThere(sequence, await standsStill(db, sequence, options), target)) return false;
  await retryWithBackoff(queryOptions.signal, isPassing, async () => {
    // While ALTER waits for its lock, every nextval waits behind it: not even try while somebody is seen holding the sequence
    const [holder] = await holders(db, queryOptions, [sequence.oid]);
    if (holder !== undefined) throw new Busy(describe(holder));
    return db.transaction(
      [
        ...sessionSettings({ ...queryOptions, lockTimeout, statementTimeout: 1000 }),
        'set local idle_in_transaction_session_timeout = 2000',
        ...unaltered(sequence),
        durable,
        ...lockStatements(sequence, target),
        proof(sequence), // nobody can alter it any more; what somebody did while we waited for the lock undoes all of it
      ],
      { mode: 'read write', signal: queryOptions.signal },
    );
  });
  if (isThere(sequence, await standsStill(db, sequence, options), target)) return true;
  throw new Changed(`${sequence.name} was restarted while it was being moved`);
}

/** Somebody else holds the lock, or has just replaced the file. */
function isPassing(error: unknown): boolean {
  return error instanceof Busy || failureOf(error) === 'lock' || errorCode(error) === fileReplaced;
}

/** The error for a move that the role has no right to; its hint is the grant that pgseq needs least. */
export function refused({ sequence, wanted }: Pick<Move, 'sequence' | 'wanted'>, grants: Grants): MoveError {
  if (wanted === 'lock')
    return {
      code: '42501',
      message: printable(`must be owner of sequence ${sequence.name}`),
      hint: printable(`Move it without a lock (--method step), or as its owner, ${sequence.owner}.`),
    };
  return {
    code: '42501',
    message: printable(`permission denied for sequence ${sequence.name}`),
    hint: cautionedLines(grants.ofSequence(sequence)).join('\n'),
  };
}

function explained({ sequence, method }: Move, error: unknown, grants: Grants): MoveError {
  const failure = failureOf(error);
  if (error instanceof Busy)
    return {
      code: '55P03',
      message: printable(error.message),
      hint: 'End that transaction, or move it without a lock: --method step',
    };
  if (error instanceof Changed) return { code: null, message: printable(error.message), hint: 'Run it again.' };
  const hints: Partial<Record<typeof failure, string | null>> = {
    // Nothing, where it was lacking nothing when it was surveyed: it was taken from it meanwhile
    permission: cautionedLines(grants.ofSequence(sequence)).join('\n') || null,
    lock:
      method === 'lock'
        ? 'Another session uses the sequence: try again, allow more with --lock-timeout, or move it without a lock: --method step'
        : 'Another session is altering the sequence: try again, or allow more with --lock-timeout.',
    timeout: 'Allow more with --statement-timeout.',
  };
  return { code: errorCode(error) ?? null, message: errorMessage(error), hint: hints[failure] ?? errorHint(error) };
}
