import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import type { Rule } from '../finding.ts';

export const narrowColumn: Rule = {
  name: 'narrow-column',
  level: 'warning',
  summary: 'the column ends before its sequence does',
  find({ sequence, judgement: { state } }) {
    if (state === 'exhausted') return null; // that says the same, more urgently
    const column = sequence.columns.find(
      ({ range, incomparable, kind }) =>
        range !== null &&
        incomparable !== 'expression' &&
        kind !== 'view' &&
        (sequence.increment > 0n ? range.to < sequence.max : range.from > sequence.min),
    );
    if (column === undefined || column.range === null) return null;
    const [holds, counts] =
      sequence.increment > 0n ? [column.range.to, sequence.max] : [column.range.from, sequence.min];
    return {
      message: `${column.name} is ${column.dataType} and holds ids up to ${holds}, although ${sequence.name} counts to ${counts}`,
      help: 'Tools that look at the sequence alone see plenty of room; inserts fail where the column ends. Widening it rewrites the table.',
      ...(column.kind === 'foreign' || (column.dataType !== 'integer' && column.dataType !== 'smallint')
        ? {}
        : {
            fix: `alter table ${quoteRelation(column.schema, column.table)} alter column ${quoteIdentifier(column.column)} type bigint;`,
          }),
    };
  },
};
