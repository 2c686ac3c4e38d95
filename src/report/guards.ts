import { counted } from '../text/counted.ts';
import type { GuardReport, GuardAction } from '../guard/report.ts';
import type { GuardState } from '../core/model/guard.ts';
import { offered } from '../pg/offering.ts';
import { shellWord } from '../pg/shell.ts';
import { printable } from '../text/printable.ts';
import type { ReportOptions } from './reporter.ts';
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

/** Ahead of everything that was guarded: how many columns are not, and cannot be. */
export function guardGaps({ summary: { columns, unguardable } }: GuardReport, command: string): string {
  if (command !== 'guard install' || unguardable === 0) return '';
  return `${unguardable} of ${counted(columns, 'column')} cannot be guarded; see the reasons below\n\n`;
}

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
        updates ? 'and updates' : '',
      ];
    }),
  );
}

/** What is the matter with each that is not as it should be, and the command that mends it. */
export function guardTroubles(
  { guards, newTables }: GuardReport,
  { offering }: Pick<ReportOptions, 'offering'>,
): string {
  // What was guarded before its column was renamed, an upgrade guards again, and takes the old guard away
  const renamed = new Set(guards.filter(({ sequence }) => sequence === null).map(({ tableName }) => tableName));
  const lines = guards.flatMap(({ name, tableName, state, message, error, action }) => {
    if (error !== null) return [`${name}: ${error.message}`, ...(error.hint === null ? [] : [`  ${error.hint}`])];
    if (message === null || action === 'removed' || action === 'disabled') return [];
    const verb = state === 'unguarded' && renamed.has(tableName) ? 'upgrade' : cures[state];
    return [
      `${name}: ${message}`,
      ...(verb === undefined ? [] : [`  ${offered(offering, `guard ${verb} -t ${shellWord(tableName)}`)}`]),
    ];
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
        ? `; the schema pgseq stays: only ${owner} can drop it`
        : '';
    return `${counted(removed, 'guard')} removed${printable(rest)}\n`;
  }
  const count = summary.columns === 0 ? 'no guards' : counted(summary.columns, 'column');
  const parts = states.flatMap((state) => (summary[state] > 0 ? [`${summary[state]} ${state}`] : []));
  const made = newTables.guarded ? '; new tables are guarded when they are created' : '';
  return `${count}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${made}\n`;
}
