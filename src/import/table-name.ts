import { nearest } from '../text/nearest.ts';
import { quoteName } from '../pg/identifier.ts';
import { Problem } from '../problem.ts';
import { shellWord } from '../pg/shell.ts';

/** The name of a table as somebody typed it, or as a source has it. A null schema: along the search path. */
export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

/** Reads `name`, `schema.name`, `"a name".x`. Case stays: it is only where nothing has the very name that it does not count. */
export function readTableName(text: string): TableName {
  const parts = text.match(/"(?:[^"]|"")*"|[^".]+|\./g) ?? [];
  const names = parts
    .filter((part) => part !== '.')
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  const isName =
    parts.join('') === text &&
    parts.length === names.length * 2 - 1 &&
    parts.every((part, i) => (part === '.') === (i % 2 === 1));
  if (!isName || names.length > 2 || names.includes(''))
    throw new Problem(`${text}: not the name of a table`, {
      hint: 'write name, schema.name, or "a name" in double quotes',
    });
  const [name = '', schema = null] = names.toReversed();
  return { schema, name };
}

/** A name as an option of import takes it, and a shell: `--map e-mail=…`, `--map 'a;b=…'`, `--rename-table '"a.b"=…'`. */
export function pairOption(option: string, old: string, now: '' | '…'): string {
  const name = (option === '--map' ? /["=]/ : /["=.]/).test(old) ? quoteName(old) : old;
  const word = shellWord(`${name}=`);
  return `${option} ${word.endsWith("'") ? `${word.slice(0, -1)}${now}'` : `${word}${now}`}`;
}

/** What was meant by a name: what has it exactly, else the only one that has it but for its case. */
export function pick<Item>(items: readonly Item[], name: string, nameOf: (item: Item) => string): Item | undefined {
  const exact = items.find((item) => nameOf(item) === name);
  if (exact !== undefined) return exact;
  const alike = items.filter((item) => nameOf(item).toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

/** What may have been meant: the nearest name, and the others; null where there is nothing. */
export function whatFits(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const near = nearest(name, known);
  const most = 20;
  const list = `${known.slice(0, most).join(', ')}${known.length > most ? `, and ${known.length - most} more` : ''}`;
  return near === undefined
    ? `available: ${list}`
    : `did you mean ${near}?${known.length === 1 ? '' : ` Available: ${list}`}`;
}
