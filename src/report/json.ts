import { checkJson, digits, fixJson, head, loadJson } from '../core/model/json.ts';
import { hex, withoutHarm } from '../text/printable.ts';
import type { Reporter } from './reporter.ts';
import { together } from './several.ts';
import { guardsJson } from '../guard/json.ts';

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
  const text = JSON.stringify(value, digits, 2);
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
