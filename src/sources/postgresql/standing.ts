import type pg from 'pg';
import type { SurveyedSequence } from '../../core/model.ts';
import { nextValue } from '../../core/sequence.ts';
import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { runStatements } from '../../pg/long-transaction.ts';
import type { Row } from '../../pg/queryable.ts';
import type { Relation } from './relations.ts';
import { from } from './transaction.ts';

/** Where the columns of a relation stand. */
export interface Standing {
  readonly counters: readonly { readonly column: string; readonly next: bigint }[];
  readonly furthest: readonly { readonly column: string; readonly value: bigint }[];
}

const integers = ['smallint', 'integer', 'bigint'];

/**
 * What the sequences that a relation's columns draw from hand out next, and how far those columns and its key reach. Asked within
 * the transaction: sequences stand where they stand now, so never behind the rows that it sees. What the role may not read is left out.
 */
export async function standing(
  client: pg.Client,
  relation: Relation,
  sequences: readonly SurveyedSequence[],
): Promise<Standing> {
  const counters: { column: string; next: bigint }[] = [];
  const indexed = new Set(relation.key === null ? [] : [relation.key]);
  for (const sequence of sequences) {
    const fed = sequence.columns.filter(({ schema, table }) => schema === relation.schema && table === relation.name);
    if (fed.length === 0) continue;
    for (const column of fed) if (column.indexed && integers.includes(column.baseType)) indexed.add(column.column);
    if (!sequence.readable || sequence.schemaClosed) continue;
    const next = await nextOf(client, sequence);
    if (next !== null) counters.push(...fed.map(({ column }) => ({ column, next })));
  }
  const furthest: { column: string; value: bigint }[] = [];
  for (const column of relation.columns.filter((name) => indexed.has(name))) {
    const [row] = await ask(client, `select max(${quoteIdentifier(column)})::text from ${from(relation)}`);
    const value = row?.[0] ?? null;
    if (value !== null) furthest.push({ column, value: BigInt(value) });
  }
  return { counters, furthest };
}

async function nextOf(client: pg.Client, sequence: SurveyedSequence): Promise<bigint | null> {
  const [row] = await ask(
    client,
    `select last_value::text, is_called::text from ${quoteRelation(sequence.schema, sequence.sequence)}`,
  );
  const [lastValue, isCalled] = row ?? [];
  return lastValue === null || lastValue === undefined
    ? null
    : nextValue(sequence, { lastValue: BigInt(lastValue), isCalled: isCalled === 'true' });
}

async function ask(client: pg.Client, question: string): Promise<readonly Row[]> {
  return (await runStatements(client, [question])).rows;
}
