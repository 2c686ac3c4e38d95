import { groups, identifier } from './sql.ts';

/** A column as CREATE TABLE has it. */
export interface ColumnBody {
  readonly name: string;
  /** Its type and all that follows. */
  readonly rest: string;
  /** `none`, what a nextval names as it stands in quotes, or something `other`. */
  readonly source: 'none' | 'other' | { readonly sequence: string };
  /** As serial and identity columns, which make a sequence of their own, named after them. */
  readonly makesSequence: boolean;
}

/** What follows the name in CREATE TABLE. */
export interface TableBody {
  readonly columns: readonly ColumnBody[];
  /** What it is a partition of, as it is written; null where it is none. */
  readonly root: string | null;
  /** What it inherits from: a list, as it is written. */
  readonly parents: string;
}

const partitionOf = /^\s*partition\s+of\s+((?:"(?:[^"]|"")*"|[^\s"])+)/i;
const columnName = /^("(?:[^"]|"")*"|[^\s"(),]+)\s+/;
const constraintWord = /^(?:constraint|check|primary|unique|foreign|exclude|like)$/i;
/** In quotes where pg_dump was told to --quote-all-identifiers. */
const nextval = /^(?:"?pg_catalog"?\.)?"?nextval"?\(\(*'((?:[^']|'')*)'/i;
const ownSequence = /^(?:(?:big|small)?serial|serial[248])\b|\bgenerated\s+(?:always|by\s+default)\s+as\s+identity\b/i;

/** Reads what follows the name in CREATE TABLE. */
export function tableBody(text: string): TableBody {
  const [, root] = partitionOf.exec(text) ?? [];
  if (root !== undefined) return { columns: [], root, parents: '' };
  let columns: ColumnBody[] = [];
  let parents = '';
  for (const [place, { before, parts }] of [...groups(text)].entries()) {
    if (place === 0) columns = parts.flatMap(columnOf);
    if (/\binherits\s*$/i.test(before)) parents = parts.join(', ');
  }
  return { columns, root: null, parents };
}

function columnOf(text: string): ColumnBody[] {
  const [all = '', name = ''] = columnName.exec(text) ?? [];
  if (name === '' || constraintWord.test(name)) return [];
  const rest = text.slice(all.length);
  return [{ name: identifier(name), rest, source: sourceOf(rest), makesSequence: ownSequence.test(unquoted(rest)) }];
}

/** What the nextval of a default names, as it stands in quotes; null for another default. */
export function drawnFrom(expression: string): string | null {
  return nextval.exec(expression)?.[1] ?? null;
}

function sourceOf(rest: string): ColumnBody['source'] {
  const bare = unquoted(rest);
  const [all] = /\bdefault\s+(?!as\s+identity)/i.exec(bare) ?? [];
  if (all === undefined) return /\bgenerated\s+always\s+as\s*\(/i.test(bare) ? 'other' : 'none';
  const [, expression = ''] = /\bdefault\s+(.*)$/is.exec(rest) ?? [];
  const sequence = drawnFrom(expression);
  return sequence === null ? 'other' : { sequence };
}

/** Without what stands in quotes, which may be called anything. */
function unquoted(text: string): string {
  return text.replaceAll(/'[^']*'|"[^"]*"/g, "''");
}
