import { foldName } from '../../pg/identifier.ts';
import { Problem } from '../../problem.ts';
import type { SurveyedSequence } from './surveyed.ts';

/** Which ids a drawn value stands for, in the words of --link. */
type BlockName = 'single' | 'below' | 'above';

/** A link that the catalogs cannot know. A null schema: the first along the search path that has the name. */
export interface GivenLink {
  readonly text: string;
  readonly sequence: { readonly schema: string | null; readonly name: string };
  readonly columns: readonly {
    readonly text: string;
    readonly schema: string | null;
    readonly table: string;
    readonly column: string;
    readonly block: BlockName | null;
  }[];
}

const blockNames: readonly string[] = ['single', 'below', 'above'] satisfies readonly BlockName[];

/**
 * Reads a link: `schema.sequence=schema.table.column,schema.table.column@below`. Names fold and quote as in SQL; the schema
 * may be left out. A column without `@…` takes the one that follows next in the list. `option`: how its mistakes begin.
 */
export function readLink(text: string, option = '--link'): GivenLink {
  const wrong = (why: string): Problem =>
    new Problem(`${option} ${text}: ${why}`, {
      hint: "write it as --link 'public.hibernate_sequence=public.users.id,public.orders.id@below'",
    });
  const halves = splitOutsideQuotes(text, '=');
  if (halves.length !== 2) throw wrong('expected one "=" between the sequence and its columns');
  const sequence = readName(halves[0] as string);
  if (sequence === null || sequence.length > 2) throw wrong('expected schema.sequence before "="');
  let block: BlockName | null = null;
  const columns = splitOutsideQuotes(halves[1] as string, ',')
    .reverse()
    .map((item) => {
      const [name = '', suffix, ...more] = splitOutsideQuotes(item, '@');
      const parts = readName(name);
      if (parts === null || parts.length < 2 || parts.length > 3)
        throw wrong(`expected schema.table.column, not "${item}"`);
      if (more.length > 0 || (suffix !== undefined && !blockNames.includes(suffix)))
        throw wrong(`expected single, below or above after @, not "${[suffix, ...more].join('@')}"`);
      block = (suffix as BlockName | undefined) ?? block;
      const [column = '', table = '', schema = null] = parts.toReversed();
      return { text: name.trim(), schema, table, column, block };
    })
    .reverse();
  const [name = '', schema = null] = sequence.toReversed();
  return { text, sequence: { schema, name }, columns };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** The parts of a dotted SQL name, folded and unquoted; null when it is none. */
function readName(text: string): string[] | null {
  const parts = splitOutsideQuotes(text.trim(), '.').map((part) => {
    if (/^"(?:[^"]|"")+"$/.test(part)) return part.slice(1, -1).replaceAll('""', '"');
    return /^[^"\s]+$/.test(part) ? foldName(part) : '';
  });
  return parts.includes('') ? null : parts;
}

/** Links as sql/survey.sql reads them: a row for each column. */
export function linkRows(links: readonly GivenLink[]): (string | null)[][] {
  return links.flatMap(({ sequence, columns }) =>
    columns.map((column) => [sequence.schema, sequence.name, column.schema, column.table, column.column, column.block]),
  );
}

/**
 * A link to propose for a sequence and a column, both as reports name them. Which ids a value of a larger increment stands for, only the
 * application knows: `@below`, Hibernate's pooled optimizer, is the most common, but for sequences named after HiLo.
 */
export function suggestedLink(
  { name, sequence, increment }: Pick<SurveyedSequence, 'name' | 'sequence' | 'increment'>,
  column: string,
): string {
  const block = increment === 1n || increment === -1n ? '' : /hilo/i.test(sequence) ? '@above' : '@below';
  return `${name}=${column}${block}`;
}
