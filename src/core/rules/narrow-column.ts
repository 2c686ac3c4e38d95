import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import type { Rule } from '../model/finding.ts';
import type { FedColumn } from '../model/surveyed.ts';
import { callsLeft, type Range, upward } from '../model/sequence.ts';

/** From this share of the column on, somebody should plan for its end. */
const worthPlanning = 0.1;

export const narrowColumn: Rule = {
  name: 'narrow-column',
  level: 'warning',
  summary: 'the column ends before its sequence does, and a tenth of it is used',
  find({ sequence, judgement: { state, next, target }, outliers, nearLimit }) {
    if (state === 'exhausted') return null; // that says the same, more urgently
    const isUp = sequence.increment > 0n;
    const endOf = ({ from, to }: Range): bigint => (isUp ? to : -from);
    const [column] = sequence.columns
      .filter(
        (one): one is FedColumn & { range: Range } =>
          one.range !== null &&
          one.incomparable !== 'expression' &&
          one.kind !== 'view' &&
          endOf(one.range) < (isUp ? sequence.max : -sequence.min),
      )
      .toSorted((a, b) => (endOf(a.range) < endOf(b.range) ? -1 : 1));
    if (column === undefined) return null;
    const { up, step, range } = upward(sequence, [column.range]);
    const at = outliers === null ? (target ?? next) : next;
    const left = at === null ? null : callsLeft(up(at), range.to, step);
    const used = left === null ? 0 : 1 - Number(left) / Number(callsLeft(range.from, range.to, step));
    if (used >= nearLimit && outliers === null && state !== 'unknown') return null; // near-limit says so
    const [holds, counts] = isUp ? [column.range.to, sequence.max] : [column.range.from, sequence.min];
    return {
      ...(used < worthPlanning ? { level: 'info' } : {}),
      message: `${column.name} is ${column.dataType} and holds ids up to ${holds}, ${(Math.floor(used * 1000) / 10).toFixed(1)} % of which are used, although ${sequence.name} counts to ${counts}`,
      help: 'Tools that only look at the sequence see plenty of room, but inserts fail at the end of the column. Widening it rewrites the table.',
      ...(column.kind === 'foreign' || (column.dataType !== 'integer' && column.dataType !== 'smallint')
        ? {}
        : {
            fix: `alter table ${quoteRelation(column.schema, column.table)} alter column ${quoteIdentifier(column.column)} type bigint;`,
          }),
    };
  },
};
