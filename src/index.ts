export { assertInStep, type AssertOptions } from './core/assert-in-step.ts';
export { check } from './core/check.ts';
export { explain, type Explanation } from './explain/explain.ts';
export type { Outlook } from './explain/outlook.ts';
export type { ErrorText } from './explain/error-text.ts';
export { explainText, type ExplainedText, type Found } from './explain/explain-text.ts';
export type { Verdict } from './explain/verdict.ts';
export type { Finding, Level } from './core/model/finding.ts';
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
export type { Reject } from './import/rejects.ts';
export type { RowObject, RowsOfTable } from './import/rows.ts';
export type { State } from './core/model/judge.ts';
export type { LoadedTable, LoadReport, UnloadedTable } from './core/model/load-report.ts';
export { inStepAfter } from './core/in-step-after.ts';
export type { Link } from './core/model/surveyed.ts';
export type { CheckOptions, Filters, FixOptions, LookOptions, Progress } from './core/model/options.ts';
export type {
  AcceptedFinding,
  Action,
  CheckReport,
  ColumnReport,
  DatabaseReport,
  FixedSequence,
  FixReport,
  Method,
  MoveError,
  SequenceReport,
  Standing,
  Summary,
} from './core/model/report.ts';
export { Problem } from './problem.ts';
export type { OpenTransaction } from './pg/query/queries.ts';
export type { Queryable, Row, Text, TransactionOptions } from './pg/queryable.ts';
export type { Result, Target } from './pg/query/target.ts';
export { type FileOptions, importFile } from './import/sources/import-file.ts';
