import { checkJson, digits, fixJson, guardsJson, head, loadJson } from '../core/json.ts';
import type { Reporter } from './reporter.ts';
import { together } from './several.ts';

/** The shape is the one that the library's reports give to JSON.stringify. */
export const json: Reporter = {
  name: 'json',
  check: (report) => print(checkJson(report)),
  checkAll: (databases) =>
    print({
      ...head('check'),
      summary: together(databases).summary,
      databases: databases.map(({ name, report, error }) =>
        report === null ? { name, error } : { name, ...checkJson(report) },
      ),
    }),
  fix: (report) => print(fixJson(report)),
  inspect: ({ archive, dumpedFrom, dumpedBy, cut, summary, tables, sequences }) =>
    print({
      ...head('restore --inspect'),
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
  load: (report, _, command) => print(loadJson(report, command)),
  guards: (report, _, command) => print(guardsJson(report, command)),
};

function print(value: unknown): string {
  return `${JSON.stringify(value, digits, 2)}\n`;
}
