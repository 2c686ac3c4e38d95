import { counted } from '../text/counted.ts';
import { printable } from '../text/printable.ts';
import type { Finding } from '../core/model/finding.ts';
import type { SequenceState } from '../core/model/judge.ts';
import type { CheckReport, SequenceSummary } from '../core/model/report.ts';
import { acceptedCount } from './accepted.ts';
import type { ReportOptions } from './reporter.ts';

/** The states in the order of totals. */
export const states: readonly SequenceState[] = [
  'behind',
  'exhausted',
  'unknown',
  'ok',
  'empty',
  'unlinked',
  'incomparable',
];

/** One line: how many sequences there are, in which states, and how many notes are not shown (`listed`: those that are); one more for what was left out. */
export function totals(
  { summary, findings, accepted = [], leftOut }: Pick<CheckReport, 'summary' | 'findings' | 'accepted' | 'leftOut'>,
  options: Pick<ReportOptions, 'showOk'>,
  listed = 0,
): string {
  const notes = findings.filter(({ level }) => level === 'info').length - listed;
  const hidden = notes > 0 && !options.showOk ? `; ${counted(notes, 'note')} (--show-ok)${unlinkedOf(findings)}` : '';
  const outside = [
    ...(leftOut.extensions > 0 ? [`${leftOut.extensions} of extensions`] : []),
    ...(leftOut.closedSchemas > 0 ? [`${leftOut.closedSchemas} in schemas without USAGE`] : []),
    ...(leftOut.system > 0 ? [`${leftOut.system} in system schemas`] : []),
  ];
  return `${counts(summary, loneOf(summary, [...findings, ...accepted]))}${hidden}${acceptedCount(accepted)}\n${outside.length === 0 ? '' : `left out: ${outside.join(', ')}\n`}`;
}

/** Which sequences nobody can judge, the first few: an application may draw the ids of a table from one, and it is out of step unseen. */
function unlinkedOf(findings: readonly Finding[]): string {
  // Several databases may have one of the same name
  const names = [
    ...new Set(
      findings.flatMap(({ rule, level, sequence }) =>
        rule === 'unlinked' && level === 'info' ? (sequence ?? []) : [],
      ),
    ),
  ];
  if (names.length === 0) return '';
  const rest = names.length - mostNamed;
  return `; unlinked: ${names.slice(0, mostNamed).map(printable).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const mostNamed = 3;

/** How many of those that are behind have lone ids ahead and nothing else: of them no finding says that they are behind. */
function loneOf({ behind }: SequenceSummary, findings: readonly Finding[]): number {
  const count = (wanted: string): number => findings.filter(({ rule }) => rule === wanted).length;
  return Math.max(0, Math.min(behind - count('behind'), count('outlier')));
}

/** `3 sequences: 1 behind, 2 ok` */
function counts(summary: SequenceSummary, lone: number): string {
  const rest: SequenceSummary = { ...summary, behind: summary.behind - lone };
  const parts = states.flatMap((state) => [
    ...(rest[state] > 0 ? [`${rest[state]} ${state}`] : []),
    ...(state === 'behind' && lone > 0 ? [counted(lone, 'outlier')] : []),
  ]);
  const all = counted(summary.sequences, 'sequence');
  return parts.length === 0 ? all : `${all}: ${parts.join(', ')}`;
}
