import type { CheckedDatabase, CheckReport } from '../../core/model/report.ts';
import type { Outcome, Raw } from '../command.ts';

/** What a report comes to, with --fail-on. What is behind or used up is an error, unless lone ids are all that it would run into. Accepted findings are none; what could not be read cannot be accepted. */
export function outcome(
  { summary, findings }: Pick<CheckReport, 'summary' | 'findings'>,
  raw: Raw,
): Extract<Outcome, string> {
  if (summary.unknown > 0) return 'incomplete';
  if (raw['failOn'] === 'none') return 'in step';
  const counts = raw['failOn'] === 'warning' ? ['error', 'warning'] : ['error'];
  return findings.some(({ level }) => counts.includes(level)) ? 'findings' : 'in step';
}

/** What several come to, each with its own --fail-on: the worst of all. */
export function outcomeOfAll(databases: readonly CheckedDatabase[], raws: readonly Raw[]): Extract<Outcome, string> {
  const all = databases.map(({ report }, place) =>
    report === null ? 'incomplete' : outcome(report, raws[place] ?? {}),
  );
  return (['incomplete', 'findings'] as const).find((one) => all.includes(one)) ?? 'in step';
}
