import { drawAnew } from '../../core/move/statements.ts';
import type { CheckedDatabase, CheckReport, FixReport } from '../../core/model/report.ts';
import { describe } from '../../core/move/wait-for-writers.ts';
import { printable, withHint } from '../../text/printable.ts';
import { unsaid } from '../../report/cure.ts';
import type { Context, Outcome, Raw } from '../command.ts';

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

/** Tells what kept the run from being complete; throws what ended it early, now that the report is out. */
export function ended(report: FixReport, raw: Raw, context: Context): ReturnType<typeof outcome> {
  if (report.stopped !== undefined) {
    context.tell('this run ended early: the states shown are the last known ones');
    throw report.stopped;
  }
  for (const holder of report.holders)
    context.tell(`still open after --wait, so its ids are not visible yet: ${describe(holder)}`);
  for (const sequence of report.sequences) {
    const { name, action, method, cache } = sequence;
    if (action === 'moved' && method === 'step' && cache > 1n)
      context.note(
        `${name} has CACHE ${cache}: open sessions may still hold cached values that are already in use; its owner can discard those: ${drawAnew(sequence)}`,
      );
  }
  const said = new Set<string>();
  if (report.script !== null)
    for (const { name, action, error } of report.sequences)
      if (action === 'failed' && error !== null) {
        const hints = unsaid(error.hint?.split('\n') ?? [], said);
        context.tell(withHint(`${printable(name)} could not be moved: ${error.message}`, hints.join('\n') || null));
      }
  if (report.holders.length > 0 || report.sequences.some(({ action }) => action === 'failed')) return 'incomplete';
  // What is wrong with a guard is told; what was asked for is to bring sequences in step
  const asked =
    raw['failOn'] === 'warning' ? report.findings : report.findings.filter(({ rule }) => rule !== 'guard-tampered');
  const found = outcome({ ...report, findings: asked }, raw);
  const hasWork = report.script !== null && report.sequences.some(({ action }) => action === 'would-move');
  return found === 'in step' && hasWork && raw['failOn'] !== 'none' ? 'findings' : found;
}
