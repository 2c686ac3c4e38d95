import type { State } from '../core/judge.ts';
import type { CheckReport, Summary } from '../core/report.ts';
import { acceptedCount } from './accepted.ts';
import type { ReportOptions } from './reporter.ts';

/** The states in the order of totals. */
export const states: readonly State[] = ['behind', 'exhausted', 'unknown', 'ok', 'empty', 'unlinked', 'incomparable'];

/** One line: how many sequences there are, in which states, and how many notes are not shown; one more for what was left out. */
export function totals(
  { summary, findings, accepted = [], leftOut }: Pick<CheckReport, 'summary' | 'findings' | 'accepted' | 'leftOut'>,
  options: Pick<ReportOptions, 'showOk'>,
): string {
  const notes = findings.filter(({ level }) => level === 'info').length;
  const hidden = notes > 0 && !options.showOk ? `; ${notes === 1 ? '1 note' : `${notes} notes`} (--show-ok)` : '';
  const outside = [
    ...(leftOut.extensions > 0 ? [`${leftOut.extensions} of extensions`] : []),
    ...(leftOut.closedSchemas > 0 ? [`${leftOut.closedSchemas} in schemas without USAGE`] : []),
    ...(leftOut.system > 0 ? [`${leftOut.system} of the system`] : []),
  ];
  return `${counts(summary)}${hidden}${acceptedCount(accepted)}\n${outside.length === 0 ? '' : `left out: ${outside.join(', ')}\n`}`;
}

/** `3 sequences: 1 behind, 2 ok` */
function counts(summary: Summary): string {
  const parts = states.flatMap((state) => (summary[state] > 0 ? [`${summary[state]} ${state}`] : []));
  const all = summary.sequences === 1 ? '1 sequence' : `${summary.sequences} sequences`;
  return parts.length === 0 ? all : `${all}: ${parts.join(', ')}`;
}
