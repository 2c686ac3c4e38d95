export { assertInStep, type AssertOptions } from './core/assert-in-step.ts';
export { check } from './core/check.ts';
export { explain, type ErrorExplanation } from './explain/explain.ts';
export type { InsertOutlook } from './explain/outlook.ts';
export type { ErrorText } from './explain/error-text.ts';
export { explainText, type ExplainedText, type FoundError } from './explain/explain-text.ts';
export type { ErrorVerdict } from './explain/verdict.ts';
export type { Finding, FindingLevel } from './core/model/finding.ts';
export { fix } from './core/fix.ts';
export type { GuardedColumn, GuardState } from './core/model/guard.ts';
export type { GuardOptions } from './guard/options.ts';
export type { GuardVerb } from './guard/plan.ts';
export type { GuardAction, GuardActionName, GuardReport, GuardSummary } from './guard/report.ts';
export { changeGuards, guardStatus } from './guard/run.ts';
export { heal } from './heal/heal.ts';
export type { HealOptions, Healed, SavepointOptions } from './heal/options.ts';
export { importRows } from './import/import-rows.ts';
export type { ImportOptions, LoadProgress } from './import/options.ts';
export type { OnConflict } from './import/plan.ts';
export type { RejectedRow } from './import/rejects.ts';
export type { RowObject, RowsOfTable } from './import/rows.ts';
export type { SequenceState } from './core/model/judge.ts';
export type { LoadedTable, LoadReport, UnloadedTable } from './core/model/load-report.ts';
export { inStepAfter } from './core/in-step-after.ts';
export type { ColumnLink } from './core/model/surveyed.ts';
export type { CheckOptions, SequenceFilters, FixOptions, InspectOptions, FixProgress } from './core/model/options.ts';
export type {
  AcceptedFinding,
  FixAction,
  CheckReport,
  ColumnReport,
  DatabaseReport,
  FixedSequence,
  FixReport,
  MoveMethod,
  MoveError,
  SequenceReport,
  SequencePosition,
  SequenceSummary,
} from './core/model/report.ts';
export { Problem } from './problem.ts';
export type { OpenTransaction } from './pg/query/queries.ts';
export type { Queryable, QueryRow, QueryValue, TransactionOptions } from './pg/queryable.ts';
export type { QueryResult, LoadSession } from './pg/query/target.ts';
export { type FileOptions, importFile } from './import/sources/import-file.ts';
