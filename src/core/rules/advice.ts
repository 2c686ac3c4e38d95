import { quoteRelation, quoteIdentifier } from '../../pg/identifier.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import type { Restart } from '../model/restart.ts';
import { columnRange, type Range } from '../model/sequence.ts';

/** What widening a column costs. */
export const rewrites = 'Widening a column rewrites its table, which blocks all reads and writes until done.';

/**
 * The statements that give a sequence more room: those of its columns that end no later than it does are widened, which rewrites
 * their tables, and then the sequence, no further than the columns can follow. Empty where nothing can be widened.
 */
export function widen(sequence: SurveyedSequence): { fix?: string } {
  const isUp = sequence.increment > 0n;
  const endOf = (range: Range): bigint => (isUp ? range.to : -range.from);
  const end = isUp ? sequence.max : -sequence.min;
  const columns = sequence.columns.filter(({ kind, incomparable }) => kind !== 'view' && incomparable !== 'expression');
  const narrow = columns.filter(({ range }) => range !== null && endOf(range) <= end);
  const widened = narrow.filter(
    ({ dataType, kind }) => /^(?:small)?int(?:eger)?$/.test(dataType) && kind !== 'foreign',
  );
  const statements = widened.map(
    ({ schema, table, column }) =>
      `alter table ${quoteRelation(schema, table)} alter column ${quoteIdentifier(column)} type bigint;`,
  );
  // The widest type whose values all columns hold by then; none where one that cannot be widened ends no later
  const rest = columns.flatMap((column) =>
    widened.includes(column) || column.range === null ? [] : [endOf(column.range)],
  );
  const type = ['bigint', 'integer', 'smallint'].find((name) => rest.every((most) => naturalEnd(name) <= most));
  if (type !== undefined && naturalEnd(type) > end) {
    // AS lifts the bound only where it was the old type's; one that somebody set stays, unless it is taken away
    const isNatural = naturalEnd(sequence.dataType) === end;
    const changes = `${type === sequence.dataType ? '' : ` as ${type}`}${isNatural ? '' : isUp ? ' no maxvalue' : ' no minvalue'}`;
    statements.push(`alter sequence ${quoted(sequence)}${changes};`);
  }
  return statements.length === 0 ? {} : { fix: statements.join('\n') };

  function naturalEnd(name: string): bigint {
    const range = columnRange(name, -1);
    return range === null ? 0n : endOf(range);
  }
}

/**
 * The way back by hand, and its condition: moving backward is never for pgseq to decide, since nobody sees ids that were given out
 * and are not stored. An empty table is widened in no time, so that is advised, and the way back as well.
 */
export function setBack(
  sequence: SurveyedSequence,
  { value, furthest }: Restart,
  fails: string,
): { help: string; fix?: string } {
  const restart = `alter sequence ${quoted(sequence)} restart with ${value};`;
  if (furthest === null)
    return {
      help: `${fails} If earlier ids may be used again, set it back by hand (${restart.slice(0, -1)}); otherwise widen it.`,
      ...widen(sequence), // of an empty table that is done at once
    };
  const beyond = sequence.increment > 0n ? 'above' : 'below';
  return {
    help: `${fails} A setval moved it there, or rows that were deleted since. If ids ${beyond} ${furthest} are used nowhere else (references, exports, other systems), set it back by hand; otherwise it needs a wider type.`,
    fix: restart,
  };
}

/** A sequence's name for SQL. */
export function quoted({ schema, sequence }: SurveyedSequence): string {
  return quoteRelation(schema, sequence);
}
