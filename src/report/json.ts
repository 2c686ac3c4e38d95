import type { FixReport } from '../core/fix.ts';
import { version } from '../version.generated.ts';
import type { Reporter } from './reporter.ts';

/** The shape is versioned: see docs/json.md. 64-bit numbers are texts of digits, because JSON's lose them. */
export const json: Reporter = {
  name: 'json',
  check: ({ database, summary, sequences, findings }) =>
    print({ report: 1, version, command: 'check', database, summary, sequences, findings }),
  fix: ({ database, summary, sequences, findings, holders }) =>
    print({ report: 1, version, command: 'fix', database, summary, sequences, findings, holders }),
  inspect: ({ archive, dumpedFrom, dumpedBy, summary, tables, sequences }) =>
    print({
      report: 1,
      version,
      command: 'restore --inspect',
      archive: { ...archive, dumpedFrom, dumpedBy },
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

function fixed({ summary, sequences, findings, holders }: FixReport): object {
  return { summary, sequences, findings, holders };
}

function print(value: unknown): string {
  return `${JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one), 2)}\n`;
}
