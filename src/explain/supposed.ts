import { plainName } from '../pg/identifier.ts';
import { suggestedLink } from '../core/model/links.ts';
import type { Inspection } from '../core/inspect.ts';
import type { Assessment } from '../core/model/assessed.ts';
import type { SurveyedSequence } from '../core/model/surveyed.ts';
import { type NamedKey } from './keys.ts';

/** A sequence that an application may draw a key from, by its name, and what a link would say of it. */
export interface Supposed {
  readonly sequence: SurveyedSequence;
  readonly link: string;
  /** What is found with that link; null where it cannot be compared. */
  readonly looked: Assessment | null;
}

/** Sequences that frameworks draw the keys of all tables from. */
const ofAll = /^(?:hibernate_?sequence|entityframeworkhilosequence|dbsequencehilo)$/i;

export function isOfAll(sequence: string): boolean {
  return ofAll.test(sequence);
}

const whole: readonly string[] = ['int2', 'int4', 'int8', 'numeric'];

/**
 * The sequences that feed no column that the catalogs know, and that by their names an application draws this key from: named after its
 * table, as Hibernate, Doctrine and people do it, else one for all tables. Looked at as if the link had been given.
 */
export async function supposedFor(key: NamedKey, inspection: Inspection): Promise<Supposed[]> {
  const [column, ...more] = key.columns;
  if (column === undefined || more.length > 0) return [];
  const idle = inspection.scope.sequences.filter(
    ({ columns, idleOwner }) => columns.length === 0 && idleOwner === null,
  );
  const here = idle.filter(({ schema }) => schema === key.schema);
  const named = [here, idle].map((some) => some.filter((one) => isNamedAfter(one.sequence, key.table, column.column)));
  const near = column.default === null ? [] : idle.filter(({ sequence }) => bare(sequence).includes(bare(key.table)));
  const chosen =
    [
      ...named,
      near,
      idle.filter(({ sequence }) => key.primary && column.parents.length === 0 && isOfAll(sequence)),
    ].find((some) => some.length > 0) ?? [];
  const supposed: Supposed[] = [];
  for (const sequence of chosen.slice(0, 3)) {
    const link = suggestedLink(sequence, plainName(key.schema, key.table, column.column));
    const isComparable = whole.includes(column.baseType ?? '') && column.default === null;
    const [looked = null] = isComparable ? await inspection.lookAsLinked([link], [sequence.oid]) : [];
    supposed.push({ sequence, link, looked });
  }
  return supposed;
}

/** `users_id_seq`, `users_seq`, `seq_users`, `seq_user_id`, `UserSequence` of users.id. */
function isNamedAfter(sequence: string, table: string, column: string): boolean {
  const name = bare(sequence);
  return [bare(table), bare(`${table}${column}`)].some((one) => one !== '' && name === one);
}

function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(?:sequence|seq|sq|s)_|_?(?:sequence|seq|sq)\d*$/g, '')
    .replaceAll('_', '')
    .replace(/e?s$/, '');
}
