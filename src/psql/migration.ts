import { ascii } from '../text/ascii-sql.ts';
import { operator, quoteIdentifier, quoteRelation } from '../pg/identifier.ts';
import { printable } from '../text/printable.ts';
import type { Queryable } from '../pg/queryable.ts';
import { inspect } from '../core/inspect.ts';
import { type FedColumn, rangesOf, type SurveyedSequence } from '../core/model/surveyed.ts';
import { number, stepBeyond } from '../core/move/statements.ts';
import type { InspectOptions } from '../core/model/options.ts';
import { upward } from '../core/model/sequence.ts';

/**
 * The lines that belong at the end of a migration which stores rows with ids of their own: one statement for each sequence in
 * scope, plain SQL for any tool. Only ever forward, beside others who insert; nothing where there is nothing to do. ASCII.
 * Asks the catalogs only.
 */
export async function migrationScript(db: Queryable, options: InspectOptions): Promise<string> {
  const { scope } = await inspect(db, options);
  return ascii(scope.sequences.map(oneSequence).join('\n'));
}

function oneSequence(sequence: SurveyedSequence): string {
  const columns = sequence.columns.filter(({ incomparable }) => incomparable === null);
  const line = (text: string): string => `-- ${printable(text)}\n`;
  if (columns.length === 0) return line(`${sequence.name} feeds no column that can be compared with it`);
  if (columns.some(({ block }) => block === null))
    return line(`${sequence.name}: use --link to say which ids one of its values stands for`);
  const names = columns.map(({ name }) => name).join(', ');
  const most = sequence.increment > 0n ? 'greatest' : 'least';
  const tops = columns.map((column) => topOf(sequence, column));
  const top = tops.length === 1 ? (tops[0] as string) : `${most}(${tops.join(', ')})`;
  return `${line(`the next value of ${sequence.name} goes beyond what ${names} holds`)}${stepBeyond(sequence, top)};\n`;
}

/** The furthest stored value that the sequence will run into, as a numeric: on its progression, and within its bounds. */
function topOf(sequence: SurveyedSequence, { block, column, schema, table, kind }: FedColumn): string {
  const { up, back, step, range } = upward(sequence, rangesOf(sequence));
  const { from, to } = block ?? { from: 0n, to: 0n };
  const [extreme, away] = sequence.increment > 0n ? ['max', operator('<=')] : ['min', operator('>=')];
  const name = quoteIdentifier(column);
  const end = number(back(range.to));
  const conditions = [
    `${name} ${away} ${from === to ? end : `(${lastOf(sequence.increment, end)} ${operator('+')} ${number(back(to))})`}`,
    ...(step > 1n && from === to
      ? [
          `pg_catalog.mod(cast(${name} as numeric) ${operator('-')} cast(s.last_value as numeric), ${step}) ${operator('=')} 0`,
        ]
      : []),
  ];
  const relation = `${kind === 'partitioned' ? '' : 'only '}${quoteRelation(schema, table)}`;
  const value = `(select cast(pg_catalog.${extreme}(${name}) as numeric) from ${relation} where ${conditions.join(' and ')})`;
  return from === 0n ? value : `${value} ${operator('+')} ${up(-from)}`;
}

/** The last value on the progression of `s` up to an end, as a numeric: its block is the last one. */
function lastOf(increment: bigint, end: string): string {
  const at = 'cast(s.last_value as numeric)';
  const calls = `pg_catalog.div(cast(${end} as numeric) ${operator('-')} ${at}, ${number(increment)})`;
  return `(${at} ${operator('+')} (${calls} ${operator('*')} ${number(increment)}))`;
}
