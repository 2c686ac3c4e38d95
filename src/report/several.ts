import { counted } from '../text/counted.ts';
import { type CheckedDatabase, type CheckReport, summary } from '../core/model/report.ts';
import type { ReportOptions } from './reporter.ts';

/** The reports of several databases as one: for totals. */
export function together(
  databases: readonly CheckedDatabase[],
): Pick<CheckReport, 'summary' | 'sequences' | 'findings' | 'accepted' | 'leftOut'> {
  const reports = databases.flatMap(({ report }) => report ?? []);
  const sequences = reports.flatMap((report) => report.sequences);
  const leftOut = { extensions: 0, closedSchemas: 0, system: 0 };
  for (const report of reports) {
    leftOut.extensions += report.leftOut.extensions;
    leftOut.closedSchemas += report.leftOut.closedSchemas;
    leftOut.system += report.leftOut.system;
  }
  return {
    summary: summary(sequences),
    sequences,
    findings: reports.flatMap(({ findings }) => findings),
    accepted: reports.flatMap(({ accepted = [] }) => accepted),
    leftOut,
  };
}

/** `3 databases, 1 of them unchecked` */
export function databaseCount(databases: readonly CheckedDatabase[]): string {
  const unchecked = databases.filter(({ report }) => report === null).length;
  const all = counted(databases.length, 'database');
  return unchecked === 0 ? all : `${all}, ${unchecked} of them unchecked`;
}

/** What a reporter is told of one of the databases: what chooses it stands in the commands that it offers. */
export function optionsFor({ offering }: CheckedDatabase, options: ReportOptions): ReportOptions {
  return { ...options, offering: offering ?? options.offering };
}

/** Why a database has no report, line by line. */
export function troubleOf({ error }: CheckedDatabase): string[] {
  if (error === null) return ['it was not checked'];
  return [...error.message.split('\n'), ...(error.hint === null ? [] : error.hint.split('\n'))];
}
