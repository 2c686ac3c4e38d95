import type { GuardReport, GuardAction } from '../core/guard/report.ts';
import type { GuardState } from '../core/guard/model.ts';
import { shellWord } from '../pg/shell.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

/** The states in the order of totals. */
const states: readonly GuardState[] = [
  'guarded',
  'tampered',
  'changed',
  'outdated',
  'disabled',
  'weakened',
  'incomplete',
  'unguarded',
  'unguardable',
];

/** What to type where a column is not guarded as it should be. */
const cures: Partial<Record<GuardState, string>> = {
  tampered: 'upgrade',
  changed: 'upgrade',
  outdated: 'upgrade',
  weakened: 'upgrade',
  incomplete: 'upgrade',
  disabled: 'enable',
  unguarded: 'install',
};

/** A line for each column: what was done to its guard, or how it is guarded. */
export function guardRows(
  guards: readonly GuardAction[],
  paint: (state: GuardState | 'failed', word: string) => string,
): string {
  return table(
    guards.map(({ action, state, name, sequence, updates }) => {
      const word = action === 'unchanged' || action === 'skipped' ? state : action;
      return [
        paint(action === 'failed' ? 'failed' : state, word.padEnd('would-change'.length)),
        printable(name),
        sequence === null ? '-' : printable(sequence),
        updates ? 'updates too' : '',
      ];
    }),
  );
}

/** What is the matter with each that is not as it should be, and the command that mends it. */
export function guardTroubles({ guards, newTables }: GuardReport): string {
  // What was guarded before its column was renamed, an upgrade guards again, and takes the old guard away
  const renamed = new Set(guards.filter(({ sequence }) => sequence === null).map(({ tableName }) => tableName));
  const lines = guards.flatMap(({ name, tableName, state, message, error, action }) => {
    if (error !== null) return [`${name}: ${error.message}`, ...(error.hint === null ? [] : [`  ${error.hint}`])];
    if (message === null || action === 'removed' || action === 'disabled') return [];
    const verb = state === 'unguarded' && renamed.has(tableName) ? 'upgrade' : cures[state];
    return [`${name}: ${message}`, ...(verb === undefined ? [] : [`  pgseq guard ${verb} -t ${shellWord(tableName)}`])];
  });
  const { error } = newTables;
  if (error !== null)
    lines.push(`new tables are not guarded: ${error.message}`, ...(error.hint === null ? [] : [`  ${error.hint}`]));
  return lines.map((line) => `${printable(line)}\n`).join('');
}

export function guardTotals({ summary, guards, newTables, owner }: GuardReport, command: string): string {
  if (command === 'guard remove') {
    const removed = guards.filter(({ action }) => action === 'removed').length;
    const rest =
      summary.columns === summary.unguarded && owner !== null
        ? `; the schema pgseq stays: it is ${owner}'s to drop`
        : '';
    return `${removed === 1 ? '1 guard' : `${removed} guards`} removed${printable(rest)}\n`;
  }
  const count = summary.columns === 0 ? 'no guards' : summary.columns === 1 ? '1 column' : `${summary.columns} columns`;
  const parts = states.flatMap((state) => (summary[state] > 0 ? [`${summary[state]} ${state}`] : []));
  const made = newTables.guarded ? '; new tables are guarded as they are made' : '';
  return `${count}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${made}\n`;
}
