import { operator, quoteIdentifier, quoteRelation } from '../identifier.ts';
import type { VerifiedRelation } from './relation-check.ts';

/**
 * The SQL that makes a copy of a table, and compares its rows with what tables hold: the statements of a dry run. Every operator is
 * the one that an index or a constraint names, so that they mean the same under any search_path.
 */

/** An operator with the schema it stands in, and the types of its sides; null where its schema is PostgreSQL's own. */
export interface Equality {
  readonly sql: string;
  readonly left: string | null;
  readonly right: string | null;
}

/** Pairs of columns, and what compares them: the first of a table, the second of a copy. */
export interface Matching {
  readonly theirs: readonly string[];
  readonly columns: readonly string[];
  readonly equals: readonly Equality[];
}

/** Makes an empty temporary table like another. */
export function likeOf(copy: string, { schema, name }: VerifiedRelation): string {
  return `create temporary table ${copy} (like ${quoteRelation(schema, name)} including constraints including generated including indexes) on commit drop`;
}

/** The key of a row of a copy that a table holds too; no row where it holds none. */
export function taken(copy: string, table: VerifiedRelation, matching: Matching): string {
  return `select ${shown(matching.columns)} from ${copy} c join ${rowsOf(table)} t on ${same('t', matching)} limit 1`;
}

/** The key of a row of a copy that refers to what is neither in the table nor in other copies; no row where all is there. */
export function dangling(copy: string, places: readonly (VerifiedRelation | string)[], matching: Matching): string {
  const given = matching.columns.map((name) => `c.${quoteIdentifier(name)} is not null`);
  const lost = places.map((place) => {
    const rows = typeof place === 'string' ? place : rowsOf(place);
    return `not exists (select from ${rows} r where ${same('r', matching)})`;
  });
  return `select ${shown(matching.columns)} from ${copy} c where ${[...given, ...lost].join(' and ')} limit 1`;
}

/** Of a copy's column, the furthest value beyond `next` on the progression, within bounds. */
export function furthestOf(
  copy: string,
  column: string,
  { next, min, max, increment }: Readonly<Record<'next' | 'min' | 'max' | 'increment', bigint>>,
): string {
  const isUp = increment > 0n;
  const number = (value: bigint): string => `(${value})::pg_catalog.numeric`;
  const conditions = [
    `c.v ${operator(isUp ? '>=' : '<=')} ${number(next)}`,
    `c.v ${operator('>=')} ${number(min)}`,
    `c.v ${operator('<=')} ${number(max)}`,
    `pg_catalog.mod(c.v ${operator('-')} ${number(next)}, ${number(increment)}) ${operator('=')} ${number(0n)}`,
  ];
  return (
    `select pg_catalog.${isUp ? 'max' : 'min'}(c.v)::pg_catalog.int8::pg_catalog.text ` +
    `from (select ${quoteIdentifier(column)}::pg_catalog.numeric as v from ${copy}) c where ${conditions.join(' and ')}`
  );
}

function rowsOf({ schema, name, as }: VerifiedRelation): string {
  return `${as === 'tree' ? '' : 'only '}${quoteRelation(schema, name)}`;
}

function shown(columns: readonly string[]): string {
  return `pg_catalog.concat_ws(', ', ${columns.map((name) => `c.${quoteIdentifier(name)}`).join(', ')})`;
}

function same(alias: string, { theirs, columns, equals }: Matching): string {
  const side = (of: string, name: string, type: string | null): string =>
    `${of}.${quoteIdentifier(name)}${type === null ? '' : `::${type}`}`;
  return equals
    .map(
      ({ sql, left, right }, i) => `${side(alias, theirs[i] ?? '', left)} ${sql} ${side('c', columns[i] ?? '', right)}`,
    )
    .join(' and ');
}
