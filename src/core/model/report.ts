import type { Offering } from '../../pg/offering.ts';
import { printable } from '../../text/printable.ts';
import type { OpenTransaction } from '../../pg/query/queries.ts';
import type { Finding } from './finding.ts';
import type { SequenceState } from './judge.ts';
import type { Assessment } from './assessed.ts';
import { messageOf } from './message.ts';
import { isReading, type ColumnLink } from './surveyed.ts';
import { nextValue, type Position } from './sequence.ts';

/** A column in a report. */
export interface ColumnReport {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly dataType: string;
  readonly link: ColumnLink;
  readonly furthest: bigint | null;
  readonly indexed: boolean;
  readonly unique: 'yes' | 'part' | 'no';
}

/** A sequence in a report. */
export interface SequenceReport {
  /** `schema.sequence`, quoted only where needed. */
  readonly name: string;
  readonly schema: string;
  readonly sequence: string;
  readonly dataType: string;
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
  readonly lastValue: bigint | null;
  readonly isCalled: boolean | null;
  readonly next: bigint | null;
  readonly columns: readonly ColumnReport[];
  readonly furthest: bigint | null;
  readonly state: SequenceState;
  readonly reason: string | null;
  readonly message: string;
  readonly collision: { readonly value: bigint; readonly after: bigint } | null;
  readonly target: bigint | null;
  readonly behindBy: bigint | null;
  readonly remaining: bigint | null;
  readonly used: number | null;
}

/** Where the report comes from. */
export interface DatabaseReport {
  readonly host: string | null;
  readonly port: number | null;
  readonly name: string;
  readonly user: string;
  readonly serverVersion: string;
  readonly standby: boolean;
}

/** How many sequences are in each state, and how many there are. */
export type SequenceSummary = Readonly<Record<'sequences' | SequenceState, number>>;

/** What `check` found. */
export interface CheckReport {
  readonly database: DatabaseReport;
  readonly summary: SequenceSummary;
  readonly sequences: readonly SequenceReport[];
  readonly findings: readonly Finding[];
  /** Findings that somebody has accepted, which stand in no other list and make no run fail. */
  readonly accepted?: readonly AcceptedFinding[] | undefined;
  readonly leftOut: LeftOut;
}

/** Sequences out of scope because nobody named them. */
export interface LeftOut {
  readonly extensions: number;
  readonly closedSchemas: number;
  readonly system: number;
}

/** A finding that the configuration ignores, or that a baseline has. */
export interface AcceptedFinding extends Finding {
  readonly by: 'ignore' | 'baseline';
  /** Why, where somebody has said so. */
  readonly reason: string | null;
}

/** One database of several that were looked at: its report, or why there is none. */
export interface CheckedDatabase {
  /** As the configuration or the server calls it. */
  readonly name: string;
  readonly report: CheckReport | null;
  readonly error: MoveError | null;
  /** Options that choose this database of all: a command that the report advises needs them. */
  readonly offering?: Offering | undefined;
}

/** Where a sequence stood, before or after a move. */
export interface SequencePosition extends Position {
  readonly next: bigint | null;
}

/** What became of a sequence: would-move with a dry run, skipped where something holds it back, failed with its `error`. */
export type FixAction = 'moved' | 'unchanged' | 'would-move' | 'failed' | 'skipped';

/**
 * How a sequence is moved, only ever forward, whatever other sessions do at the same time.
 * step: draws values with nextval until one passes the goal. It blocks nobody and needs no ownership. Values that other sessions hold
 * in their caches stay there.
 * lock: sets it under a short lock, which makes every session throw its cached values away. Needs the owner.
 */
export type MoveMethod = 'step' | 'lock';

/** A sequence in the report of `fix`. Its state is the one after the run. */
export interface FixedSequence extends SequenceReport {
  readonly action: FixAction;
  readonly before: SequencePosition | null;
  readonly after: SequencePosition | null;
  readonly method: MoveMethod | null;
  readonly error: MoveError | null;
}

/** What `fix` did. */
export interface FixReport {
  readonly database: DatabaseReport;
  readonly summary: SequenceSummary;
  readonly sequences: readonly FixedSequence[];
  readonly findings: readonly Finding[];
  /** Findings that somebody has accepted, which stand in no other list and make no run fail. */
  readonly accepted?: readonly AcceptedFinding[] | undefined;
  readonly leftOut: LeftOut;
  /** With `dryRun`: the SQL that would run, ready for psql; empty when there is nothing to do. */
  readonly script: string | null;
  /** Transactions that were still open when the wait ran out: their explicit ids could not be seen. */
  readonly holders: readonly OpenTransaction[];
  /** Why the run ended before it was through: the signal's reason, or the lost connection. What was done until then is in the report. */
  readonly stopped: unknown;
}

/** Why a sequence was not moved, or a database not looked at. */
export interface MoveError {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** Puts what was looked at into the shape of a report. */
export function sequenceReport({ sequence, measurement, judgement, outliers }: Assessment): SequenceReport {
  const columns = sequence.columns.map(
    ({ name, schema, table, column, dataType, link, indexed, unique }, i): ColumnReport => {
      const answer = measurement.columns[i];
      return {
        name,
        schema,
        table,
        column,
        dataType,
        link,
        furthest: isReading(answer) ? answer.furthest : null,
        indexed,
        unique,
      };
    },
  );
  const { state, reason, next, furthest, collision, target, behindBy, remaining, used } = judgement;
  const { name, schema, sequence: bare, dataType, start, increment, min, max, cache, cycle } = sequence;
  return {
    name,
    schema,
    sequence: bare,
    dataType,
    start,
    increment,
    min,
    max,
    cache,
    cycle,
    lastValue: measurement.position?.lastValue ?? null,
    isCalled: measurement.position?.isCalled ?? null,
    next,
    columns,
    furthest,
    state,
    reason: outliers === null ? reason : 'outlier',
    message: printable(messageOf(sequence, measurement, judgement)),
    collision,
    target,
    behindBy,
    remaining,
    used,
  };
}

/** Where a sequence stands, for before and after. */
export function standing(
  { sequence }: Pick<Assessment, 'sequence'>,
  position: Position | null,
): SequencePosition | null {
  if (position === null) return null;
  return { lastValue: position.lastValue, isCalled: position.isCalled, next: nextValue(sequence, position) };
}

/** Counts the states. */
export function summary(sequences: readonly SequenceReport[]): SequenceSummary {
  const count = {
    sequences: sequences.length,
    ok: 0,
    behind: 0,
    exhausted: 0,
    empty: 0,
    unlinked: 0,
    incomparable: 0,
    unknown: 0,
  };
  for (const { state } of sequences) count[state]++;
  return count;
}
