import type { VerifiedRelation, Trust } from '../../pg/query/relation-check.ts';
import { type QueryOptions, leaves, planted } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { type ColumnSource, type Fields, position, readFields } from '../../pg/query/measurement-sql.ts';
import type { Failure } from '../../pg/sqlstate.ts';
import { type BatchAnswer, runBatches, type BatchQuery } from './run-batches.ts';
import type { FedColumn, SurveyedSequence } from '../model/surveyed.ts';

/** How to ask, and what one transaction may take. */
export interface ReadOptions {
  readonly sessions: readonly Queryable[];
  readonly queryOptions: QueryOptions;
  readonly lockBudget: number;
  readonly serverVersion: number;
  /** The schemas of the session's own search_path, for tables whose index expressions cannot be planned without it. */
  readonly ownPath: readonly string[];
  readonly trust: Trust;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Columns of one sequence that are read in one statement, together with its position. */
export interface ReadBatch {
  readonly sequence: SurveyedSequence;
  readonly columns: readonly PieceColumn[];
}

interface PieceColumn {
  /** The column's place in the sequence's list. */
  readonly index: number;
  readonly fed: FedColumn;
  /** What is read: the column's relation, or one of its partitions where the whole tree takes too many locks. */
  readonly source: ColumnSource;
  readonly locks: number;
}

/** A piece with its answer: the fields that its SQL put together, or the failure. */
export interface ReadBatchAnswer {
  readonly piece: ReadBatch;
  readonly fields: Fields;
  readonly failure: Failure | null;
  readonly message: string | null;
}

/** More pages than this (8 MiB) without an index is a scan that is asked on its own. */
const manyPages = 1000;

/** Whether anything can be read from the column at all. */
export function isRead(column: FedColumn): boolean {
  return column.incomparable === null && column.unreadable === null;
}

/** Cuts sequences into pieces that fit the lock budget: one each, as a rule; trees of partitions too large, leaf by leaf. */
export async function splitReads(sequences: readonly SurveyedSequence[], reading: ReadOptions): Promise<ReadBatch[]> {
  const large = sequences.flatMap((sequence) =>
    sequence.columns.filter(
      (column) => isRead(column) && column.kind === 'partitioned' && column.locks > reading.lockBudget,
    ),
  );
  const leavesOf = new Map<string, { source: Omit<ColumnSource, 'column' | 'baseType'>; locks: number }[]>();
  if (large.length > 0) {
    const [session] = reading.sessions as [Queryable];
    const roots = [...new Set(large.map((column) => column.relationOid))];
    for (const leaf of await leaves(session, reading.queryOptions, roots)) {
      const list = leavesOf.get(leaf.root as string) ?? [];
      const source = {
        relationOid: leaf.oid ?? '',
        schema: leaf.schema ?? '',
        table: leaf.name ?? '',
        only: leaf.kind === 'r',
      };
      list.push({ source, locks: Number(leaf.locks) });
      leavesOf.set(leaf.root as string, list);
    }
  }
  return sequences.flatMap((sequence) => {
    const parts = sequence.columns.flatMap((fed, index): PieceColumn[] => {
      if (!isRead(fed)) return [];
      const { column, baseType } = fed;
      const { relationOid, schema, table, kind } = fed;
      const whole = { relationOid, schema, table, only: kind !== 'partitioned' };
      const sources = leavesOf.get(fed.relationOid) ?? [{ source: whole, locks: fed.locks }];
      return sources.map(({ source, locks }) => ({ index, fed, source: { ...source, column, baseType }, locks }));
    });
    return grouped(parts, reading.lockBudget).map((columns) => ({ sequence, columns }));
  });
}

function grouped(columns: readonly PieceColumn[], budget: number): PieceColumn[][] {
  const groups: PieceColumn[][] = [[]];
  let locks = 1;
  for (const column of columns) {
    if (locks > 1 && locks + column.locks > budget) {
      groups.push([]);
      locks = 1;
    }
    (groups.at(-1) as PieceColumn[]).push(column);
    locks += column.locks;
  }
  return groups;
}

/**
 * Asks for every piece. One that fails is asked again column by column, and a column that cannot be planned under the
 * hardened search_path under the session's own, where no stranger's code stands along it: a failing relation costs only itself.
 */
export async function readBatches(
  pieces: readonly ReadBatch[],
  sqlOf: (piece: ReadBatch) => string,
  reading: ReadOptions,
): Promise<ReadBatchAnswer[]> {
  const first = await ask(pieces, sqlOf, reading);
  const together = first.filter((answer) => answer.failure !== null && answer.piece.columns.length > 1);
  const apart = await ask(
    together.flatMap(({ piece }) => piece.columns.map((column) => ({ ...piece, columns: [column] }))),
    sqlOf,
    reading,
  );
  const answers = [...first.filter((answer) => !together.includes(answer)), ...apart];
  const blind = answers.filter(({ failure }) => failure === 'search-path');
  if (blind.length === 0 || !(await mayWalk(reading))) return answers;
  const seen = await ask(
    blind.map(({ piece }) => piece),
    sqlOf,
    reading,
    reading.ownPath,
  );
  return [...answers.filter((answer) => !blind.includes(answer)), ...seen];
}

/** The positions alone. */
export function readPositions(
  sequences: readonly SurveyedSequence[],
  reading: ReadOptions,
): Promise<ReadBatchAnswer[]> {
  const pieces = sequences.map((sequence) => ({ sequence, columns: [] }));
  return ask(pieces, ({ sequence }) => position(sequence), reading);
}

/** Whether what is called by its bare name along the session's own search_path may be trusted. */
async function mayWalk({ sessions, queryOptions, ownPath, trust }: ReadOptions): Promise<boolean> {
  const [session] = sessions as [Queryable];
  return trust.trustOwners || (await planted(session, queryOptions, ownPath)).length === 0;
}

async function ask(
  pieces: readonly ReadBatch[],
  sqlOf: (piece: ReadBatch) => string,
  reading: ReadOptions,
  searchPath?: readonly string[],
): Promise<ReadBatchAnswer[]> {
  const questions = pieces.map((piece): BatchQuery => {
    const slow = piece.columns.some(({ fed }) => fed.kind === 'foreign' || (!fed.indexed && fed.pages > manyPages));
    return {
      sql: () => sqlOf(piece),
      relations: () => relationsOf(piece),
      locks: 1 + piece.columns.reduce((sum, { locks }) => sum + locks, 0),
      alone: slow,
    };
  });
  const onProgress = (done: number): void => reading.onProgress?.(done, questions.length);
  if (questions.length > 0) onProgress(0);
  const { queryOptions, trust, lockBudget } = reading;
  const answers = await runBatches(reading.sessions, questions, {
    queryOptions,
    trust,
    searchPath,
    lockBudget,
    onProgress,
  });
  return pieces.map((piece, i) => {
    const answer = answers[i] as BatchAnswer;
    return 'text' in answer
      ? { piece, fields: readFields(answer.text), failure: null, message: null }
      : { piece, fields: [], failure: answer.failure, message: answer.message };
  });
}

function relationsOf({ sequence, columns }: ReadBatch): VerifiedRelation[] {
  const { oid, schema, sequence: name } = sequence;
  return [
    { oid, schema, name, as: 'sequence' },
    ...columns.map(({ source: { relationOid, schema, table, only } }) => ({
      oid: relationOid,
      schema,
      name: table,
      as: only ? ('table' as const) : ('tree' as const),
    })),
  ];
}
