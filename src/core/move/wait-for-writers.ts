import { type QueryOptions, type OpenTransaction, writers } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import { pause } from '../../pg/pause.ts';

/** Tables that writers of explicit ids may hold: every one that a sequence in scope feeds and that stores rows here. */
export function tablesOf(sequences: readonly SurveyedSequence[]): string[] {
  const stored = sequences.flatMap(({ columns }) =>
    columns.filter(({ kind }) => kind === 'table' || kind === 'partitioned'),
  );
  return [...new Set(stored.map(({ relationOid }) => relationOid))];
}

/** Transactions are told apart by both: a prepared one has no process, and its virtual id may come back. */
const identity = ({ transaction, pid, gid }: OpenTransaction): string => `${transaction} ${pid} ${gid}`;

/**
 * Waits for the transactions that hold any of the tables for writing now to end: the explicit ids that they have written are
 * invisible until then. Transactions that begin later are not waited for. Returns those that were still open when the time
 * was up: none, as a rule.
 */
export async function waitForWriters(
  db: Queryable,
  queryOptions: QueryOptions,
  tables: readonly string[],
  milliseconds: number,
  onProgress: (done: number, total: number) => void,
): Promise<OpenTransaction[]> {
  if (tables.length === 0) return [];
  const deadline = performance.now() + milliseconds;
  let open = await writers(db, queryOptions, tables);
  const total = open.length;
  for (let next = 5; open.length > 0; next = Math.min(next * 2, 250)) {
    onProgress(total - open.length, total);
    const left = deadline - performance.now();
    if (left <= 0) return open;
    await pause(Math.min(next, left), queryOptions.signal);
    open = await stillOpen(db, queryOptions, tables, open);
  }
  return [];
}

/** Those of the transactions that have not ended yet, as they are now. */
export async function stillOpen(
  db: Queryable,
  queryOptions: QueryOptions,
  tables: readonly string[],
  transactions: readonly OpenTransaction[],
): Promise<OpenTransaction[]> {
  if (transactions.length === 0) return [];
  const known = new Set(transactions.map(identity));
  return (await writers(db, queryOptions, tables)).filter((transaction) => known.has(identity(transaction)));
}

/** A transaction in words, for whoever has to find and end it. */
export function describe({ pid, user, application, state, age, gid, relation }: OpenTransaction): string {
  const since = age === null ? '' : `, open for ${age} s`;
  if (pid === null) return `prepared transaction ${gid ?? '(gid unknown)'} holds ${relation}${since}`;
  const who = [user, application === '' || application === null ? null : `"${application}"`, state].filter(
    (word) => word !== null,
  );
  return `process ${pid}${who.length === 0 ? '' : ` (${who.join(', ')})`} holds ${relation}${since}`;
}
