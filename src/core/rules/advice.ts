import { quoteRelation, quoteIdentifier } from '../../pg/identifier.ts';
import type { SurveyedSequence } from '../model.ts';
import { columnRange } from '../sequence.ts';

/** The statements that give a sequence and its columns more room: empty where nothing can be widened. */
export function widen(sequence: SurveyedSequence): { fix?: string } {
  const columns = sequence.columns
    .filter(
      ({ dataType, kind }) =>
        (dataType === 'integer' || dataType === 'smallint') && kind !== 'view' && kind !== 'foreign',
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
