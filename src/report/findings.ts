import type { Finding, FindingLevel } from '../core/model/finding.ts';
import { cure } from './cure.ts';
import { printable } from '../text/printable.ts';
import type { ReportOptions } from './reporter.ts';

/** What people read in place of the level. */
export const levelWords: Readonly<Record<FindingLevel, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** The findings to show, the worst first: notes only with the healthy. */
export function shown(findings: readonly Finding[], { showOk }: Pick<ReportOptions, 'showOk'>): Finding[] {
  const levels: readonly FindingLevel[] = showOk ? ['error', 'warning', 'info'] : ['error', 'warning'];
  return levels.flatMap((level) => findings.filter((finding) => finding.level === level));
}

/** A finding in lines without markup: what it is, why it matters, and what cures it, ready to paste. */
export function linesOf(finding: Finding, options: Pick<ReportOptions, 'offering'>): string[] {
  return [printable(finding.message), printable(finding.help), ...(cure(finding, options)?.lines ?? [])];
}
