import { shellPattern } from '../../pg/shell.ts';
import { nearest } from '../../text/nearest.ts';
import { Problem } from '../../problem.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import type { SequenceFilters } from '../model/options.ts';
import { matches, type Pattern, relationPattern, schemaPattern } from './patterns.ts';
import type { LeftOut } from '../model/report.ts';

/** The sequences in scope, and how many were left out because nobody named them. */
export interface Scope {
  readonly sequences: readonly SurveyedSequence[];
  readonly leftOut: LeftOut;
}

/** A pattern matches no sequence, nor a table that one feeds. */
export class NothingMatches extends Problem {
  readonly option: string;
  readonly pattern: string;

  constructor(option: string, pattern: string, hint: string | undefined) {
    super(`${option} ${pattern}: ${nothing[option]}`, { hint });
    this.option = option;
    this.pattern = pattern;
  }
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

const filterOf: Readonly<Record<string, keyof SequenceFilters>> = {
  '-n': 'schemas',
  '-N': 'excludeSchemas',
  '-t': 'tables',
  '-T': 'excludeTables',
  '--sequence': 'sequences',
};

/** The filters without a pattern that matches nothing; null where nothing is left that chooses. */
export function withoutPattern(filters: SequenceFilters, { option, pattern }: NothingMatches): SequenceFilters | null {
  const key = filterOf[option] as keyof SequenceFilters;
  const rest = (filters[key] ?? []).filter((text) => text !== pattern);
  return rest.length === 0 && !key.startsWith('exclude') ? null : { ...filters, [key]: rest };
}

/**
 * Chooses sequences. A schema or table pattern matches a sequence if it matches the sequence's own schema, or any table that
 * it feeds; what an exclusion matches is out. Members of extensions, schemas without USAGE and the system's own are in scope
 * only where a pattern names them. Throws a Problem for a pattern that matches nothing.
 */
export function scope(
  all: readonly SurveyedSequence[],
  filters: SequenceFilters,
  searchPath: readonly string[],
): Scope {
  const isVisible = visibility(all, searchPath);
  const hitBy = (pattern: Pattern, of: Kind['of'], sequence: SurveyedSequence): boolean =>
    of(sequence).some((named) => matches(pattern, { ...named, visible: named.schema === '' || isVisible(named) }));
  const kinds = [
    kind('-n', filters.schemas, schemaPattern, schemasOf),
    kind('-t', filters.tables, relationPattern, tablesOf),
    kind('--sequence', filters.sequences, relationPattern, (sequence) => [itself(sequence)]),
  ];
  const exclusions = [
    kind('-N', filters.excludeSchemas, schemaPattern, schemasOf),
    kind('-T', filters.excludeTables, relationPattern, tablesOf),
  ];
  for (const { option, patterns, of } of [...kinds, ...exclusions])
    for (const pattern of patterns)
      if (!all.some((sequence) => hitBy(pattern, of, sequence)))
        throw new NothingMatches(
          option,
          pattern.text,
          meantBy(pattern.text, all.flatMap(of)) ?? (option === '-n' || option === '-N' ? undefined : unseen(pattern)),
        );
  const hit = (sequence: SurveyedSequence, { patterns, of }: Kind): boolean =>
    patterns.some((pattern) => hitBy(pattern, of, sequence));
  const asked = kinds.filter(({ patterns }) => patterns.length > 0);
  const leftOut = { extensions: 0, closedSchemas: 0, system: 0 };
  const sequences = all.filter((sequence) => {
    if (asked.some((given) => !hit(sequence, given)) || exclusions.some((given) => hit(sequence, given))) return false;
    if (asked.length > 0) return true;
    const why = unasked(sequence);
    if (why !== null) leftOut[why]++;
    return why === null;
  });
  return { sequences, leftOut };
}

/** Whether the filters mean a table that no sequence feeds. */
export function isTableMeant(
  { schema, name }: Relation,
  { schemas = [], excludeSchemas = [], tables = [], excludeTables = [] }: SequenceFilters,
  searchPath: readonly string[],
): boolean {
  const inSchema = (text: string): boolean => schemaPattern(text).name.test(schema);
  const isTable = (text: string): boolean =>
    matches(relationPattern(text), { schema, name, visible: searchPath.includes(schema) });
  return (
    (schemas.length === 0 || schemas.some(inSchema)) &&
    (tables.length === 0 || tables.some(isTable)) &&
    !excludeSchemas.some(inSchema) &&
    !excludeTables.some(isTable)
  );
}

/** The names that a pattern without wildcards most likely meant, ready to paste. */
function meantBy(text: string, relations: readonly Relation[]): string | undefined {
  const named = ({ schema, name }: Relation): string => (text.includes('.') ? `${schema}.${name}` : name);
  const near = nearest(text.replaceAll('"', ''), relations.map(named));
  const names = [...new Set(relations.filter((relation) => named(relation) === near).map(nameOf))];
  if (names.length === 0) return undefined;
  return `did you mean ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}?`;
}

/** As a pattern for a shell. */
function nameOf({ schema, name }: Relation): string {
  return shellPattern(schema === '' ? null : schema, name);
}

function unseen({ schema }: Pattern): string | undefined {
  return schema === null
    ? "a name without a schema is looked up on the search_path; for other schemas write schema.name, or '*.name'"
    : undefined;
}

interface Kind {
  readonly option: string;
  readonly patterns: readonly Pattern[];
  readonly of: (sequence: SurveyedSequence) => Relation[];
}

function kind(
  option: string,
  texts: readonly string[] | undefined,
  read: (text: string) => Pattern,
  of: Kind['of'],
): Kind {
  return { option, patterns: (texts ?? []).map(read), of };
}

/** What to say of a pattern that matches nothing, by its option. */
export const nothing: Readonly<Record<string, string>> = {
  '-n': 'no sequence in a matching schema',
  '-N': 'no sequence in a matching schema',
  '-t': 'no matching table is fed by a sequence',
  '-T': 'no matching table is fed by a sequence',
  '--sequence': 'no matching sequence',
};

function itself({ schema, sequence }: SurveyedSequence): Relation {
  return { schema, name: sequence };
}

function tablesOf(sequence: SurveyedSequence): Relation[] {
  return sequence.columns.map(({ schema, table }) => ({ schema, name: table }));
}

/** Schemas stand in no schema themselves. */
function schemasOf(sequence: SurveyedSequence): Relation[] {
  return [sequence.schema, ...sequence.columns.map(({ schema }) => schema)].map((name) => ({ schema: '', name }));
}

/** Why a sequence is out of scope where nobody names it; null: it is not. */
export function unasked({ extension, schemaClosed, schema }: SurveyedSequence): keyof LeftOut | null {
  if (extension !== null) return 'extensions';
  if (schema === 'pg_catalog' || schema === 'information_schema') return 'system';
  return schemaClosed ? 'closedSchemas' : null;
}

/** Whether a relation is what its bare name means: the first along the search path that has it. */
function visibility(all: readonly SurveyedSequence[], searchPath: readonly string[]): (relation: Relation) => boolean {
  const first = new Map<string, number>();
  for (const relation of all.flatMap((sequence) => [itself(sequence), ...tablesOf(sequence)])) {
    const place = searchPath.indexOf(relation.schema);
    if (place >= 0) first.set(relation.name, Math.min(place, first.get(relation.name) ?? place));
  }
  return ({ schema, name }) => searchPath.includes(schema) && first.get(name) === searchPath.indexOf(schema);
}
