import type { DatabaseReport, FixReport, MoveError } from '../core/model/report.ts';
import type { GuardedColumn, GuardState } from '../core/model/guard.ts';

/** What became of a guard. */
export type GuardActionName =
  | 'installed'
  | 'upgraded'
  | 'enabled'
  | 'disabled'
  | 'removed'
  | 'would-change'
  | 'unchanged'
  | 'skipped'
  | 'failed';

/** A column in the report; its state is the one after the run. */
export interface GuardAction extends GuardedColumn {
  readonly action: GuardActionName;
  readonly error: MoveError | null;
}

/** How many columns are guarded in which way. */
export type GuardSummary = Readonly<Record<'columns' | GuardState, number>>;

/** What was done to guards, or what there is of them. */
export interface GuardReport {
  readonly database: DatabaseReport;
  readonly summary: GuardSummary;
  readonly guards: readonly GuardAction[];
  /** Of what was asked to be guarded by name, what has no column that can be: `-t users`, as it was given. */
  readonly unmet: readonly string[];
  /** Tables are guarded as they are made; `error` says why that could not be arranged. */
  readonly newTables: { readonly guarded: boolean; readonly error: MoveError | null };
  /** Whom the schema pgseq, or a part of it, belongs to that this role may not drop; null when all is its own, or there is none. */
  readonly owner: string | null;
  /** What was done to the sequences; null where nothing was to be. */
  readonly fix: FixReport | null;
  /** With `dryRun`: the SQL that would run, ready for psql; empty when there is nothing to do. */
  readonly script: string | null;
  /** Why the run ended before it was through; what was done until then is in the report. */
  readonly stopped: unknown;
}

/** Counts the states; a guard without a column that was removed is gone. */
export function guardSummary(guards: readonly GuardAction[]): GuardSummary {
  const there = guards.filter(({ action, sequence }) => action !== 'removed' || sequence !== null);
  const count = {
    columns: there.length,
    guarded: 0,
    tampered: 0,
    changed: 0,
    outdated: 0,
    disabled: 0,
    weakened: 0,
    incomplete: 0,
    unguarded: 0,
    unguardable: 0,
  };
  for (const { state } of there) count[state]++;
  return count;
}
