import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import type { FedColumn, SurveyedSequence } from './surveyed.ts';

/** What a role asked for: to look at sequences, or to move them as well. */
export type Purpose = 'look' | 'move';

/** The GRANT statements that a role lacks for what it asked, all of them at once. */
export interface Grants {
  readonly purpose: Purpose;
  /** On a sequence, and on its schema where that is closed. */
  ofSequence(sequence: SurveyedSequence): string[];
  /** On a column that a sequence feeds, and on its schema. */
  ofColumn(column: FedColumn): string[];
}

/**
 * What `role` lacks. `all`: every sequence of the database; null where that is not known. Where all of a schema are in scope and all lack
 * the same, it is one statement for all of them. Pure.
 */
export function grantsFor(
  role: string,
  purpose: Purpose,
  scope: readonly SurveyedSequence[],
  all: readonly SurveyedSequence[] | null,
): Grants {
  const to = `to ${quoteIdentifier(role)};`;
  const whole = wholeSchemas(purpose, scope, all ?? []);
  const usage = (schema: string, isClosed: boolean): string[] =>
    isClosed ? [`grant usage on schema ${quoteIdentifier(schema)} ${to}`] : [];
  return {
    purpose,
    ofSequence(sequence) {
      const rights = lacked(sequence, purpose);
      const place = whole.has(sequence.schema)
        ? `all sequences in schema ${quoteIdentifier(sequence.schema)}`
        : `sequence ${quoteRelation(sequence.schema, sequence.sequence)}`;
      return [
        ...usage(sequence.schema, sequence.schemaClosed),
        ...(rights === '' ? [] : [`grant ${rights} on ${place} ${to}`]),
      ];
    },
    ofColumn: ({ schema, table, column, schemaClosed }) => [
      ...usage(schema, schemaClosed),
      `grant select (${quoteIdentifier(column)}) on ${quoteRelation(schema, table)} ${to}`,
    ],
  };
}

/** Who moves looks as well: both rights are named together. */
function lacked({ readable, drawable, alterable }: SurveyedSequence, purpose: Purpose): string {
  if (purpose === 'move' && !drawable && !alterable) return 'usage, select';
  return readable ? '' : 'select';
}

/** The schemas with more than one sequence, all of which are in scope and lack the same. */
function wholeSchemas(
  purpose: Purpose,
  scope: readonly SurveyedSequence[],
  all: readonly SurveyedSequence[],
): ReadonlySet<string> {
  const chosen = new Set(scope.map(({ oid }) => oid));
  const bySchema = new Map<string, SurveyedSequence[]>();
  for (const sequence of all) {
    const known = bySchema.get(sequence.schema);
    if (known === undefined) bySchema.set(sequence.schema, [sequence]);
    else known.push(sequence);
  }
  return new Set(
    [...bySchema].flatMap(([schema, sequences]) => {
      const rights = new Set(sequences.map((sequence) => lacked(sequence, purpose)));
      const isWhole = sequences.length > 1 && rights.size === 1 && !rights.has('');
      return isWhole && sequences.every(({ oid }) => chosen.has(oid)) ? [schema] : [];
    }),
  );
}
