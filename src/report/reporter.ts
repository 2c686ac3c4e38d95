import type { FixReport } from '../core/fix.ts';
import type { GuardReport } from '../core/guard/report.ts';
import type { InspectReport } from '../core/dump/report.ts';
import type { LoadReport } from '../core/load-report.ts';
import type { CheckedDatabase, CheckReport } from '../core/report.ts';

export interface ReportOptions {
  readonly color: boolean;
  /** List the healthy too. */
  readonly showOk: boolean;
  /** Options that shaped what was found: a command that the report advises needs them too. */
  readonly told?: readonly string[] | undefined;
}

/** A format: values in, text out. */
export interface Reporter {
  readonly name: string;
  check(report: CheckReport, options: ReportOptions): string;
  /** Several databases, in this order; some may have an error in place of a report. */
  checkAll(databases: readonly CheckedDatabase[], options: ReportOptions): string;
  fix(report: FixReport, options: ReportOptions): string;
  inspect(report: InspectReport, options: ReportOptions): string;
  /** `command`: the words that were typed, `guard install`. */
  load(report: LoadReport, options: ReportOptions, command: string): string;
  guards(report: GuardReport, options: ReportOptions, command: string): string;
}
