import { drawAnew } from '../../core/move/statements.ts';
import type { FixReport } from '../../core/model/report.ts';
import { describe } from '../../core/move/wait-for-writers.ts';
import { printable, withHint } from '../../text/printable.ts';
import { unsaid } from '../../report/cure.ts';
import type { Context, Raw } from '../command.ts';
import { outcome } from './outcome.ts';

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
