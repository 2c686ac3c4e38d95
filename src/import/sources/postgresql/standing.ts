import { type BatchAnswer, runBatches, type BatchQuery } from '../../../core/measure/run-batches.ts';
import type { Inspection } from '../../../core/inspect.ts';
import type { SurveyedSequence } from '../../../core/model/surveyed.ts';
import { nextValue } from '../../../core/model/sequence.ts';
import { highest, position, readFields, readPosition } from '../../../pg/query/measurement-sql.ts';
import { readsOnly, type SourceRelation, screened } from './relations.ts';
import { unread } from './refusals.ts';

/** Where the columns of a relation stand. */
export interface SourcePosition {
  readonly counters: readonly { readonly column: string; readonly next: bigint }[];
  readonly furthest: readonly { readonly column: string; readonly value: bigint }[];
}

const integers = ['smallint', 'integer', 'bigint'];

/**
 * What the sequences that the columns of some relations draw from hand out next, and how far those columns and their keys reach, now:
 * asked after the moment that the rows are read as of, so never behind them. Sequences that the role may not read are left out.
 */
export async function standings(
  inspection: Inspection,
  relations: readonly SourceRelation[],
  source: string,
): Promise<SourcePosition[]> {
  const asked: BatchQuery[] = [];
  const said: ((text: string | null) => void)[] = [];
  const found = relations.map((relation) => {
    const counters: { column: string; next: bigint }[] = [];
    const furthest: { column: string; value: bigint }[] = [];
    const indexed = new Set(relation.key === null ? [] : [relation.key]);
    for (const sequence of inspection.all) {
      const fed = sequence.columns.filter(({ schema, table }) => schema === relation.schema && table === relation.name);
      if (fed.length === 0) continue;
      for (const column of fed) if (column.indexed && integers.includes(column.baseType)) indexed.add(column.column);
      if (!sequence.readable || sequence.schemaClosed) continue;
      asked.push(positionOf(sequence));
      said.push((text) => {
        const at = readPosition(readFields(text));
        const next = at === null ? null : nextValue(sequence, at);
        if (next !== null) counters.push(...fed.map(({ column }) => ({ column, next })));
      });
    }
    const { schema, name: table } = relation;
    for (const column of relation.columns.filter((name) => indexed.has(name))) {
      asked.push({
        sql: () => highest({ schema, table, column, only: readsOnly(relation) }),
        relations: () => [screened(relation)],
        locks: 3,
        alone: relation.kind === 'partitioned',
      });
      said.push((text) => {
        if (text !== null) furthest.push({ column, value: BigInt(text) });
      });
    }
    return { counters, furthest };
  });
  const { sessions, catalogOptions, trust, server } = inspection;
  const answers = await runBatches(sessions, asked, {
    queryOptions: catalogOptions,
    trust,
    lockBudget: server.lockBudget,
  });
  for (const [i, answer] of answers.entries()) said[i]?.(textOf(answer, source));
  return found;
}

function positionOf(sequence: SurveyedSequence): BatchQuery {
  const { oid, schema, sequence: name } = sequence;
  return {
    sql: () => position(sequence),
    relations: () => [{ oid, schema, name, as: 'sequence' }],
    locks: 1,
    alone: false,
  };
}

function textOf(answer: BatchAnswer, source: string): string | null {
  if ('text' in answer) return answer.text;
  // An index expression that needs its author's search_path: the rows are copied without it, and say how far they reach
  if (answer.failure === 'search-path') return null;
  throw unread(answer, source);
}
