import { createHash } from 'node:crypto';
import { plainName } from '../../pg/identifier.ts';
import { guardObjects, guardTemplate, guardVersion } from '../../pg/guard.ts';

// What functions of the schema pgseq have to say, to the letter: whoever could change one acts with the rights of guards.

/** What the text of a guard's function says that it was made for; literals and identifiers as they stand there. */
export interface Body {
  /** -1 where it does not say. */
  readonly version: number;
  readonly column: string;
  readonly table: string;
  readonly sequence: string;
  readonly counts: 'up' | 'down';
  readonly cached: boolean;
  /** For a partitioned table. */
  readonly tree: boolean;
  readonly maxJump: number;
  /** It is what `sql/guard/protect.sql` makes of these, in this version of pgseq. */
  readonly exact: boolean;
}

const literal = String.raw`(E?'(?:[^']|'')*')::`;
const patterns = {
  version: /^-- version: (\d+)$/m,
  column: /\bnew\.("(?:[^"]|"")+")/,
  table: new RegExp(String.raw`tg_relid\)? operator\(pg_catalog\.=\) ${literal}`),
  sequence: new RegExp(String.raw`pg_sequence_last_value\(${literal}`),
  columnText: /::pg_catalog\.regclass, (E?'(?:[^']|'')*')\) operator/,
  maxJump: /w\.sequence, top, (\d+(?:\.\d+)?)\)/,
};

/** Reads the text of the function of that name. */
export function readBody(source: string, name: string): Body {
  const part = (of: keyof typeof patterns): string => patterns[of].exec(source)?.[1] ?? '';
  const [column, table, sequence, columnText, maxJump] = (
    ['column', 'table', 'sequence', 'columnText', 'maxJump'] as const
  ).map(part) as [string, string, string, string, string];
  const up = !source.includes('pg_catalog.min(');
  const cached = source.includes('pg_catalog.currval(');
  const tree = source.includes('pg_catalog.pg_partition_root(');
  const floats = source.includes('9e18');
  const sign = up ? '-' : '';
  const type = /^ {2}top (pg_catalog\.(?:numeric|int8));/m.exec(source)?.[1] ?? '';
  const home = plainName('pgseq', name);
  const texts: Readonly<Record<string, string>> = {
    1: column,
    2: columnText,
    3: table,
    4: sequence,
    5: type,
    6: floats ? `, ${sign}9e18::pg_catalog.float8), ${up ? '' : '-'}9e18::pg_catalog.float8)::pg_catalog.int8` : '',
    7: up ? 'max' : 'min',
    8: up ? '<=' : '>=',
    9: up ? '>' : '<',
    10: String(tree),
    11: cached
      ? `\n         and top operator(pg_catalog.${up ? '<=' : '>='}) pg_catalog.currval(${sequence}::pg_catalog.regclass)`
      : '',
    12: tree
      ? `\n              or pg_catalog.pg_partition_root(coalesce(late, tg_relid)) operator(pg_catalog.=) ${table}::pg_catalog.regclass`
      : '',
    13: maxJump,
    14: up ? '>=' : '<=',
    15: up ? 'least' : 'greatest',
    16: floats ? (up ? 'least(greatest(' : 'greatest(least(') : '',
    17: home,
  };
  const expected = guardTemplate.replaceAll(/%(?:%|(\d+)\$([sL]))/g, (_, number: string | undefined, how: string) => {
    if (number === undefined) return '%';
    return number === '17' && how === 'L' ? `'${home.replaceAll("'", "''")}'` : (texts[number] ?? '');
  });
  return {
    version: Number(part('version') || -1),
    column: column.slice(1, -1).replaceAll('""', '"'),
    table: unquote(table),
    sequence: unquote(sequence),
    counts: up ? 'up' : 'down',
    cached,
    tree,
    maxJump: Number(maxJump),
    exact: source === expected && unquote(columnText) === column.slice(1, -1).replaceAll('""', '"'),
  };
}

/** The text that a literal stands for: quoteLiteral undone. */
function unquote(text: string): string {
  const inner = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  return text.startsWith('E') ? inner.replaceAll('\\\\', '\\') : inner;
}

/** A function that guards call, as it is in the database. */
export interface Tool {
  readonly name: string;
  readonly version: string | null;
  readonly text: string | null;
  readonly sound: boolean;
}

/** The functions that guards call: a hash of what each has to say. */
const tools = new Map(
  guardObjects.flatMap((sql) => {
    const [, name, text] =
      /create or replace function pgseq\.(\w+)\([\s\S]*?\$pgseq\$([\s\S]*?)\$pgseq\$/.exec(sql) ?? [];
    return name === undefined || text === undefined
      ? []
      : [[name, createHash('sha256').update(text).digest('hex')] as const];
  }),
);

/** Those of them that are not there, or not as this version makes them; nothing is said of what a newer one has made. */
export function toolsToMend(there: readonly Tool[]): string[] {
  return [...tools].flatMap(([name, text]) =>
    there.some(
      (one) =>
        one.name === name &&
        one.sound &&
        (Number(one.version) > guardVersion || (Number(one.version) === guardVersion && one.text === text)),
    )
      ? []
      : [name],
  );
}
