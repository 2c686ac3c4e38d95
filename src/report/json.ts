import type { FixReport } from '../core/fix.ts';
import type { CheckReport } from '../core/report.ts';
import { hex, withoutHarm } from '../pg/printable.ts';
import { version } from '../version.generated.ts';
import type { Reporter } from './reporter.ts';
import { together } from './several.ts';

/** The shape is versioned: see docs/json.md. 64-bit numbers are texts of digits, because JSON's lose them. */
export const json: Reporter = {
  name: 'json',
  check: (report) => print(checked(report)),
  checkAll: (databases) =>
    print({
      report: 1,
      version,
      command: 'check',
      summary: together(databases).summary,
      databases: databases.map(({ name, report, error }) =>
        report === null ? { name, error } : { name, ...checked(report) },
      ),
    }),
  fix: (report) => print({ report: 1, version, command: 'fix', database: report.database, ...fixed(report) }),
  inspect: ({ archive, dumpedFrom, dumpedBy, cut, summary, tables, sequences }) =>
    print({
      report: 1,
      version,
      command: 'restore --inspect',
      archive: { ...archive, dumpedFrom, dumpedBy },
      cut,
      summary,
      tables,
      sequences: sequences.map(({ sequence: { schema, name, feeds, byName }, state, next, furthest }) => ({
        schema,
        name,
        state,
        next,
        furthest,
        columns: feeds,
        byName,
      })),
    }),
  load: ({ fix, ...load }, _, command) =>
    print({ report: 1, version, command, database: fix.database, ...fixed(fix), ...load }),
  guards: ({ database, summary, guards, newTables, fix }, _, command) =>
    print({ report: 1, version, command, database, summary, guards, newTables, fix: fix === null ? null : fixed(fix) }),
};

function checked({ database, summary, sequences, ...found }: CheckReport): object {
  return { report: 1, version, command: 'check', database, summary, sequences, findings: allFindings(found) };
}

/** Accepted findings stand behind the others. */
function allFindings({ findings, accepted = [] }: Pick<CheckReport, 'findings' | 'accepted'>): object[] {
  const marked = accepted.map(({ by, reason, ...finding }) => ({
    ...finding,
    accepted: true,
    acceptedBy: by,
    acceptedReason: reason,
  }));
  return [...findings, ...marked];
}

function fixed({ summary, sequences, holders, ...found }: FixReport): object {
  return { summary, sequences, findings: allFindings(found), holders };
}

function print(value: unknown): string {
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one), 2);
  // What JSON leaves as it is stands within a text, but for our own line breaks: names stay exact, and nobody obeys them
  const lines = text.split('\n').map((line) => withoutHarm(line, escape));
  return `${lines.join('\n')}\n`;
}

/** A character as JSON escapes it: by its halves where it has two. */
function escape(code: number): string {
  const character = String.fromCodePoint(code);
  return character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('');
}
