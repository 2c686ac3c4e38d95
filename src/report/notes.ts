import type { Finding } from '../core/model/finding.ts';

/**
 * Notes that people read without asking for them, a line or block for all of one rule: narrow columns, of which old schemas have
 * hundreds, and keys that nothing numbers, of which a migration leaves as many.
 */
export const listedRules: readonly string[] = ['unfed', 'narrow-column'];

/** The notes of those rules. */
export function listed(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ rule, level }) => level === 'info' && listedRules.includes(rule));
}

/** More names than these are counted. */
const mostNames = 3;

/** What notes are about, by their keys: a sequence, or a column. */
function names(notes: readonly Finding[]): string {
  const first = notes.slice(0, mostNames).map(({ key }) => key.slice(key.indexOf(':') + 1));
  return `${first.join(', ')}${notes.length > mostNames ? ` and ${notes.length - mostNames} more` : ''}`;
}

/** More than these are counted. */
const mostLines = 10;

/** What there is to say of the notes of one of those rules: in a line, and below it. */
export function summaryOf(
  rule: string,
  notes: readonly Finding[],
): { readonly head: string; readonly lines: readonly string[] } {
  const [first] = notes as [Finding];
  if (rule === 'narrow-column')
    return {
      head:
        notes.length === 1
          ? first.message
          : `${notes.length} sequences count further than their columns, less than 10 % of which are used: ${names(notes)}`,
      lines: [],
    };
  const fixes = notes.flatMap(({ fix }) => fix ?? []);
  const more = fixes.length > mostLines ? [`… and ${fixes.length - mostLines} more: --format json`] : [];
  return {
    head:
      notes.length === 1
        ? first.message
        : `nothing generates ${notes.length} primary keys, which have no default, no identity and no sequence: ${names(notes)}`,
    lines: [first.help, ...fixes.slice(0, mostLines).flatMap((fix) => fix.split('\n')), ...more],
  };
}
