import { quoteRelation, quoteIdentifier } from '../../pg/identifier.ts';
import type { SurveyedSequence } from '../model.ts';
import { columnRange } from '../sequence.ts';

/**
 * The statements that give a sequence more room, and those of its columns that end no later than it does, because widening
 * a column rewrites its table. Empty where nothing can be widened.
 */
export function widen(sequence: SurveyedSequence): { fix?: string } {
  const columns = sequence.columns
    .filter(
      ({ dataType, kind, range }) =>
        (dataType === 'integer' || dataType === 'smallint') &&
        kind !== 'view' &&
        kind !== 'foreign' &&
        range !== null &&
        (sequence.increment > 0n ? range.to <= sequence.max : range.from >= sequence.min),
    )
    .map(
      ({ schema, table, column }) =>
        `alter table ${quoteRelation(schema, table)} alter column ${quoteIdentifier(column)} type bigint;`,
    );
  // AS bigint lifts the bound only where it was the old type's; one that somebody set stays, unless it is taken away
  const natural = columnRange(sequence.dataType, -1);
  const [bound, end, clause] =
    sequence.increment > 0n
      ? [sequence.max, natural?.to, ' no maxvalue']
      : [sequence.min, natural?.from, ' no minvalue'];
  const changes = `${sequence.dataType === 'bigint' ? '' : ' as bigint'}${bound === end ? '' : clause}`;
  const statements = [...columns, ...(changes === '' ? [] : [`alter sequence ${quoted(sequence)}${changes};`])];
  return statements.length === 0 ? {} : { fix: statements.join('\n') };
}

/** A sequence's name for SQL. */
export function quoted({ schema, sequence }: SurveyedSequence): string {
  return quoteRelation(schema, sequence);
}
