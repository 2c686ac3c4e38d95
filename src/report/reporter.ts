import type { GuardReport } from '../guard/report.ts';
import type { InspectReport } from '../dump/report.ts';
import type { LoadReport } from '../core/model/load-report.ts';
import type { FailOn } from '../core/model/finding.ts';
import type { Offering } from '../pg/offering.ts';
import type { CheckedDatabase, CheckReport, FixReport } from '../core/model/report.ts';

export interface ReportOptions {
  readonly color: boolean;
  /** List the healthy too. */
  readonly showOk: boolean;
  /** What a command that the report offers has to repeat. */
  readonly offering?: Offering | undefined;
  /** From which level on a finding counts as a failure, where a format has failures; 'error' unless told. */
  readonly failOn?: FailOn | undefined;
}

/** A format for what `check` found: values in, text out. */
export interface CheckReporter {
  readonly name: string;
  check(report: CheckReport, options: ReportOptions): string;
  /** Several databases, in this order; some may have an error in place of a report. */
  checkAll(databases: readonly CheckedDatabase[], options: ReportOptions): string;
  /** The format of what a CI service shows on the page of a run, beside the output. */
  readonly summary?: CheckReporter;
}

/** A format for every command. */
export interface Reporter extends CheckReporter {
  fix(report: FixReport, options: ReportOptions): string;
  inspect(report: InspectReport, options: ReportOptions): string;
  /** `command`: the words that were typed, `guard install`. */
  load(report: LoadReport, options: ReportOptions, command: string): string;
  guards(report: GuardReport, options: ReportOptions, command: string): string;
}
