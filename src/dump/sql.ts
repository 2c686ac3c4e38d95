import { foldName } from '../pg/identifier.ts';
import type { SequenceDefinition } from '../core/model/sequence.ts';
import type { DumpRelation } from './contents.ts';

/** An identifier and a name with its schema, as pg_dump writes them. */
const word = '(?:"(?:[^"]|"")*"|[^\\s"().,;\']+)';
const dotted = `${word}(?:\\.${word})?`;

/** Makes a pattern in which `W` is an identifier, `R` a relation's name, `L` a list of identifiers and a space any white space. */
export function pattern(text: string): RegExp {
  return new RegExp(
    `^${text
      .replaceAll('L', '((?:[^"()]|"(?:[^"]|"")*")*)')
      .replaceAll('R', `(${dotted})`)
      .replaceAll('W', `(${word})`)
      .replaceAll(' ', '\\s+')}`,
    'is',
  );
}

/** A copy: a part of a text holds all of what it was cut from. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Reads an identifier: in quotes as it stands, else folded. */
export function identifier(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : foldName(text);
}

/** Reads a relation's name; one without a schema is in the first of the search_path. */
export function relation(text: string, schema: string): DumpRelation {
  const [first = '', second] = text.match(new RegExp(word, 'g')) ?? [];
  return second === undefined
    ? { schema, name: identifier(first) }
    : { schema: identifier(first), name: identifier(second) };
}

/** The relations of a list: `public.a, b`. */
export function relations(list: string, schema: string): DumpRelation[] {
  return (list.match(new RegExp(dotted, 'g')) ?? []).map((one) => relation(one, schema));
}

/** The identifiers of a list: `id, "Na,me"`. */
export function identifiers(list: string): string[] {
  return (list.match(new RegExp(word, 'g')) ?? []).map(identifier);
}

/** The name that a text holds which stands in single quotes: `'public."Users_id_seq"'`. */
export function quotedRelation(literal: string, schema: string): DumpRelation {
  return relation(literal.replaceAll("''", "'"), schema);
}

const bounds: Readonly<Record<string, bigint>> = {
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};

/** The parameters of a sequence as CREATE SEQUENCE and identity columns spell them, with PostgreSQL's defaults. */
export function definition(text: string): SequenceDefinition {
  const number = (name: string): bigint | null => {
    const [, digits] = new RegExp(`\\b${name}\\s+(-?\\d+)`, 'i').exec(text) ?? [];
    return digits === undefined ? null : BigInt(digits);
  };
  const dataType = /\bas\s+(smallint|integer|bigint)/i.exec(text)?.[1]?.toLowerCase() ?? 'bigint';
  const size = bounds[dataType] ?? 2n ** 63n;
  const increment = number('increment(?:\\s+by)?') ?? 1n;
  const min = number('(?<!no\\s)minvalue') ?? (increment > 0n ? 1n : -size);
  const max = number('(?<!no\\s)maxvalue') ?? (increment > 0n ? size - 1n : -1n);
  return {
    dataType,
    start: number('start(?:\\s+with)?') ?? (increment > 0n ? min : max),
    increment,
    min,
    max,
    cache: number('cache') ?? 1n,
    cycle: /(?<!no\s)\bcycle\b/i.test(text),
  };
}

/** A value longer than this is none that anybody looks at. */
const longestValue = 1024;

/** The rows behind VALUES, whose text comes in pieces: their values as they are written, a long one as nothing. */
export function* tuples(pieces: Iterable<string>): Generator<readonly string[]> {
  // A doubled quote makes two texts of one, side by side; that is as good here
  const marks = /['"(),]/g;
  let quote = '';
  let depth = 0;
  let text = '';
  let values: string[] = [];
  const value = (): string => (text.length > longestValue ? '' : text.trim());
  for (const piece of pieces) {
    let from = 0;
    let at = 0;
    const take = (to: number): void => {
      const room = longestValue + 1 - text.length;
      if (room > 0) text += piece.slice(from, Math.min(to, from + room));
      from = to;
    };
    while (at < piece.length) {
      if (quote !== '') {
        at = piece.indexOf(quote, at) + 1;
        if (at === 0) break;
        quote = '';
        continue;
      }
      marks.lastIndex = at;
      const found = marks.exec(piece);
      if (found === null) break;
      const [mark] = found;
      at = marks.lastIndex;
      if (mark === "'" || mark === '"') quote = mark;
      else if (mark === '(') {
        if (depth++ > 0) continue;
        take(found.index);
        if (!/^\s*,?\s*$/.test(text)) return; // ON CONFLICT, RETURNING
        [text, values, from] = ['', [], at];
      } else if (mark === ')') {
        if (depth === 0 || --depth > 0) continue;
        take(found.index);
        yield [...values, value()];
        [text, from] = ['', at];
      } else if (depth === 1) {
        take(found.index);
        values.push(value());
        [text, from] = ['', at];
      }
    }
    take(piece.length);
  }
}

/** What stands in parentheses, one pair after the other: its parts between commas, and what stands before it. */
export function* groups(text: string): Generator<{ readonly before: string; readonly parts: readonly string[] }> {
  // A doubled quote makes two texts of one, side by side; that is as good here, and a long text takes no stack
  const marks = /'[^']*'|"[^"]*"|[(),]/g;
  let depth = 0;
  let before = '';
  let parts: string[] = [];
  let from = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '(') {
      if (depth++ > 0) continue;
      before = text.slice(from, found.index);
      parts = [];
      from = marks.lastIndex;
    } else if (mark === ')') {
      if (depth === 0 || --depth > 0) continue;
      parts.push(text.slice(from, found.index).trim());
      from = marks.lastIndex;
      yield { before, parts };
    } else if (mark === ',' && depth === 1) {
      parts.push(text.slice(from, found.index).trim());
      from = marks.lastIndex;
    }
  }
}
