import { type QueryOptions, filled } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { rowCount } from '../pg/query/measurement-sql.ts';
import { runBatches } from '../core/measure/run-batches.ts';
import { askServer } from '../core/survey/server.ts';
import { type DumpRelation, keyOf } from './contents.ts';

/** A table of the database that was restored into. */
export interface Filled {
  readonly oid: string;
  /** Rows that it holds; null where nobody counted: it is large, or reading it is refused, also for code of others. */
  readonly rows: bigint | null;
}

/** Tables with more bytes than this are not counted, only looked into: it would read all of them. */
const mostBytes = 64 * 1024 * 1024;

/** The tables that are there, by their keys. What cannot be counted after all is taken for not counted. */
export async function lookInto(
  db: Queryable,
  queryOptions: QueryOptions,
  tables: readonly DumpRelation[],
): Promise<Map<string, Filled>> {
  if (tables.length === 0) return new Map();
  const found = (
    await filled(
      db,
      queryOptions,
      tables.map(({ schema, name }) => [schema, name]),
    )
  ).flatMap(({ wantedSchema, wantedName, schema, name, oid, kind, bytes, locks, countable }) => {
    if (oid === null || schema === null || name === null) return [];
    const key = keyOf({ schema: wantedSchema ?? '', name: wantedName ?? '' });
    const isTree = kind === 'p';
    const isLarge = BigInt(bytes ?? 0) > mostBytes;
    return [{ key, schema, name, oid, isTree, isLarge, locks: Number(locks), countable: countable === 't' }];
  });
  const counts = new Map<string, bigint>();
  const askable = found.filter(({ countable }) => countable);
  const { lockBudget } = await askServer(db, queryOptions);
  const answers = await runBatches(
    [db],
    askable.map(({ schema, name, oid, isTree, isLarge, locks }) => ({
      sql: () => rowCount({ schema, table: name, only: !isTree }, isLarge ? 1 : null),
      relations: () => [{ oid, schema, name, as: isTree ? 'tree' : 'table' }],
      locks,
      alone: false,
    })),
    { queryOptions, trust: { trustOwners: false, readForeign: false }, lockBudget },
  ).catch(() => {
    queryOptions.signal?.throwIfAborted();
    return []; // the connection is lost: whoever asks next says so
  });
  for (const [i, answer] of answers.entries()) {
    const one = askable[i];
    if (one === undefined || !('text' in answer) || answer.text === null) continue;
    // One row says only that there are some
    if (!one.isLarge || answer.text === '0') counts.set(one.key, BigInt(answer.text));
  }
  return new Map(found.map((one) => [one.key, { oid: one.oid, rows: counts.get(one.key) ?? null }]));
}
