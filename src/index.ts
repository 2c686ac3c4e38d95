export { assertInStep, type AssertOptions } from './core/assert-in-step.ts';
export { check } from './core/check.ts';
export { explain, type Explanation } from './core/explain/explain.ts';
export type { Outlook } from './core/explain/outlook.ts';
export type { ErrorText } from './core/explain/error-text.ts';
export { explainText, type ExplainedText, type Found } from './core/explain/text.ts';
export type { Verdict } from './core/explain/verdict.ts';
export type { Finding, Level } from './core/finding.ts';
export { fix } from './core/fix.ts';
export type { GuardedColumn, GuardState } from './core/guard/model.ts';
export type { GuardOptions } from './core/guard/options.ts';
export type { GuardVerb } from './core/guard/plan.ts';
export type { GuardAction, GuardActionName, GuardReport, GuardSummary } from './core/guard/report.ts';
export { changeGuards, guardStatus } from './core/guard/run.ts';
export { heal } from './core/heal/heal.ts';
export type { HealOptions, Healed, SavepointOptions } from './core/heal/options.ts';
export { importRows } from './core/import/import-rows.ts';
export type { ImportOptions, LoadProgress } from './core/import/options.ts';
export type { OnConflict } from './core/import/plan.ts';
export type { Reject } from './core/import/rejects.ts';
export type { RowObject, RowsOfTable } from './core/import/rows.ts';
export type { State } from './core/judge.ts';
export type { LoadedTable, LoadReport, UnloadedTable } from './core/load-report.ts';
export { inStepAfter } from './core/in-step-after.ts';
export type { Link } from './core/model.ts';
export type { CheckOptions, Filters, FixOptions, LookOptions, Progress } from './core/options.ts';
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
} from './core/report.ts';
export { Problem } from './pg/problem.ts';
export type { OpenTransaction } from './pg/queries.ts';
export type { Queryable, Row, Text, TransactionOptions } from './pg/queryable.ts';
export type { Result, Target } from './pg/target.ts';
export { type FileOptions, importFile } from './sources/import-file.ts';
