import { quoteRelation, quoteIdentifier } from '../../pg/identifier.ts';
import type { SurveyedSequence } from '../model.ts';

/** The statements that give a sequence and its columns more room: empty where all are bigint already. */
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
  const statements = [
    ...columns,
    ...(sequence.dataType === 'bigint' ? [] : [`alter sequence ${quoted(sequence)} as bigint;`]),
  ];
  return statements.length === 0 ? {} : { fix: statements.join('\n') };
}

/** A sequence's name for SQL. */
export function quoted({ schema, sequence }: SurveyedSequence): string {
  return quoteRelation(schema, sequence);
}
