import { plainName, quoteRelation } from '../pg/identifier.ts';
import { shellWord } from '../pg/shell.ts';
import type { Assessment } from '../core/model/assessed.ts';
import { cautionedLines } from '../core/model/caution.ts';
import { unfedOf } from '../core/findings/unfed-keys.ts';
import { type AskedDatabase, type Explained, isBad, plainFinding, sentence, worstFirst } from './finding.ts';
import { type NamedKey, feeding, keysNamed } from './keys.ts';
import { isOfAll, supposedFor } from './supposed.ts';

/** A key that no sequence feeds, as far as the catalogs know: what does, or what may. */
export async function ofUnfed(key: NamedKey, seen: readonly string[], database: AskedDatabase): Promise<Explained> {
  const { inspection } = database;
  const above = await ofParents(key, seen, database);
  if (above !== null) return above;
  const [column, ...more] = key.columns;
  const place =
    column === undefined ? plainName(key.schema, key.table) : plainName(key.schema, key.table, column.column);
  const supposed = await supposedFor(key, inspection);
  const compared = supposed
    .filter(({ looked }) => looked !== null)
    .toSorted((a, b) => Number(isBadOrNull(b.looked)) - Number(isBadOrNull(a.looked)));
  const [one] = compared;
  if (one?.looked) {
    const { looked, link, sequence } = one;
    return {
      ...plainFinding,
      sequences: [looked],
      message: `the catalogs show nothing that feeds ${place}; by its name, ${sequence.name} may be where an application takes it from: ${sentence(looked)}`,
      notes: [
        ...(isBad(looked) ? [] : seen),
        ...(isOfAll(sequence.sequence) ? ['Such a sequence feeds many tables: a link should name them all.'] : []),
        `If so, add this to every command: --link ${shellWord(link)}${link.endsWith('@below') ? ' (@below: Hibernate; @above: pooled-lo, Entity Framework)' : ''}`,
      ],
      link,
    };
  }
  const notes = [
    ...seen,
    ...(await database.look(supposed.map(({ sequence }) => sequence))).map(
      ({ sequence, judgement: { next } }) =>
        `A sequence with a similar name feeds no column in the catalogs: ${sequence.name}${next === null ? '' : `, whose next value is ${next}`}. If ${place} is built from it, compare the two by hand.`,
    ),
  ];
  if (column === undefined || more.length > 0 || !key.whole)
    return { ...plainFinding, sequences: [], message: `no sequence feeds a column of ${key.constraint}`, notes };
  if (column.default !== null)
    return {
      ...plainFinding,
      sequences: [],
      message: `the default of ${place} is ${column.default}; the catalogs do not show whether that uses a sequence`,
      notes,
    };
  const [parent] = column.parents;
  const why =
    parent === undefined
      ? ', and it has no default'
      : `: it refers to ${plainName(parent.schema, parent.table, parent.column)}`;
  return {
    ...plainFinding,
    sequences: [],
    message: `no sequence feeds ${place}${why}${parent === undefined ? ':' : ', and'} the INSERT must give the value`,
    notes: [...notes, ...(parent === undefined ? await numbering(key, database) : [])],
  };
}

/** How PostgreSQL can number a key from now on, in notes: as the finding `unfed` has it. */
export async function numbering(
  { schema, table }: Pick<NamedKey, 'schema' | 'table'>,
  { inspection, options }: Pick<AskedDatabase, 'inspection' | 'options'>,
): Promise<string[]> {
  const found = await unfedOf(quoteRelation(schema, table), inspection, options);
  return statements('To let PostgreSQL generate it', ...found.flatMap(({ fix }) => fix?.split('\n') ?? []));
}

/** SQL in a note, behind words that say what it is for, and what else it does. None where there is none. */
export function statements(words: string, ...lines: readonly string[]): string[] {
  const all = cautionedLines(lines);
  const beside = all.filter((line) => line.startsWith('-- ')).map((line) => line.slice(3));
  const sql = all.filter((line) => !line.startsWith('-- '));
  return sql.length === 0 ? [] : [`${words}${beside.length === 0 ? '' : ` (${beside.join('; ')})`}: ${sql.join(' ')}`];
}

/** What feeds the key that a key refers to, however far up. */
async function ofParents(
  key: NamedKey,
  seen: readonly string[],
  { db, inspection, look }: AskedDatabase,
): Promise<Explained | null> {
  const [start] = key.columns;
  let child = start === undefined ? '' : plainName(key.schema, key.table, start.column);
  // A unique reference that is no primary key is given by whoever inserts, and says nothing of how its parent is numbered
  let parents = key.columns.length === 1 && key.primary ? (start?.parents ?? []) : [];
  for (let depth = 0; depth < 8 && parents.length > 0; depth++) {
    const sequences = worstFirst(
      await look(feeding(new Set(parents.map(({ relationOid, column }) => `${relationOid} ${column}`)), inspection)),
    );
    const [parent] = parents as [(typeof parents)[number]];
    const place = plainName(parent.schema, parent.table, parent.column);
    const [first] = sequences;
    if (first !== undefined)
      return {
        ...plainFinding,
        sequences,
        message: `${child} refers to ${place}, which ${first.sequence.name} feeds: ${sentence(first)}`,
        notes: isBad(first) ? [] : seen,
      };
    const above = await keysNamed(db, inspection.catalogOptions, {
      constraint: null,
      schema: null,
      table: parent.table,
    });
    child = place;
    parents = above
      .filter(({ relationOid }) => relationOid === parent.relationOid)
      .flatMap(({ columns }) => columns.filter(({ column }) => column === parent.column).flatMap((one) => one.parents));
  }
  return null;
}

function isBadOrNull(looked: Assessment | null): boolean {
  return looked !== null && isBad(looked);
}
