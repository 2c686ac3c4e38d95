import type { QueryOptions } from '../../pg/query/queries.ts';
import { verifyRelations, type VerifiedRelation, type Trust, useSearchPath } from '../../pg/query/relation-check.ts';
import { sessionSettings } from '../../pg/query/session-settings.ts';
import type { Queryable, QueryValue } from '../../pg/queryable.ts';
import { errorDetail, type Failure, failureOf, isChange } from '../../pg/sqlstate.ts';
import { runOnSessions } from '../../pg/worker-pool.ts';
import { retryOn, recoveryConflict } from '../../pg/retry.ts';

/** One scalar question: a text expression, and what asking it costs. */
export interface BatchQuery {
  /** Put together when it is asked: the SQL of 100,000 questions at once would take more memory than all else. */
  readonly sql: () => string;
  /** What it reads. */
  readonly relations: () => readonly VerifiedRelation[];
  /** Locks it takes: relations and their indexes. */
  readonly locks: number;
  /** It may take long: ask it on its own, so that its timeout takes nobody else with it. */
  readonly alone: boolean;
}

/** The answer, or why there is none. */
export type BatchAnswer =
  | { readonly text: QueryValue }
  | { readonly failure: Failure; readonly message: string | null };

export interface BatchOptions {
  readonly queryOptions: QueryOptions;
  readonly trust: Trust;
  /** Schemas to look unqualified names up in, in place of the hardened search_path. */
  readonly searchPath?: readonly string[] | undefined;
  /** Locks that one transaction may hold: the lock table is shared with everybody. */
  readonly lockBudget: number;
  /** Told how many questions have been answered. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Questions in one statement. More make planning slower (a select list may hold 1,664), fewer cost round trips. */
const mostPerStatement = 100;

/**
 * Asks all questions on all sessions side by side, many in one statement, each statement a transaction of its own. A question
 * that fails costs only itself: its statement is split until it stands alone. Throws when the first session is lost.
 */
export async function runBatches(
  sessions: readonly Queryable[],
  questions: readonly BatchQuery[],
  options: BatchOptions,
): Promise<BatchAnswer[]> {
  const answers: BatchAnswer[] = [];
  let done = 0;
  await runOnSessions(sessions, batchesOf(questions, options.lockBudget), async (session, batch) => {
    await askBatch(session, questions, batch, answers, options);
    done += batch.length;
    options.onProgress?.(done);
  });
  return answers;
}

/** Indexes of questions, grouped into statements. */
function batchesOf(questions: readonly BatchQuery[], lockBudget: number): number[][] {
  const batches: number[][] = [];
  let open: number[] = [];
  let locks = 0;
  for (const [i, question] of questions.entries()) {
    if (question.alone) {
      batches.push([i]);
      continue;
    }
    if (open.length === mostPerStatement || (open.length > 0 && locks + question.locks > lockBudget)) {
      batches.push(open);
      open = [];
      locks = 0;
    }
    open.push(i);
    locks += question.locks;
  }
  if (open.length > 0) batches.push(open);
  return batches;
}

async function askBatch(
  session: Queryable,
  questions: readonly BatchQuery[],
  batch: readonly number[],
  answers: BatchAnswer[],
  options: BatchOptions,
): Promise<void> {
  const { queryOptions, trust, searchPath } = options;
  const list = batch.map((i) => questions[i]?.sql()).join(',\n');
  const relations = batch.flatMap((i) => questions[i]?.relations() ?? []);
  const path = searchPath === undefined ? [] : useSearchPath(searchPath, trust);
  try {
    const statements = [
      ...sessionSettings(queryOptions),
      ...verifyRelations(relations, trust),
      ...path,
      `select ${list}`,
    ];
    const [row] = await retryOn([recoveryConflict], () =>
      session.transaction(statements, { mode: 'read only', signal: queryOptions.signal }),
    );
    for (const [place, i] of batch.entries()) answers[i] = { text: row?.[place] ?? null };
  } catch (error) {
    queryOptions.signal?.throwIfAborted();
    const failure = failureOf(error);
    if (failure === 'lost') throw error;
    if (batch.length === 1) {
      answers[batch[0] as number] = { failure, message: isChange(error) ? null : errorDetail(error) };
      return;
    }
    for (const part of split(batch, failure)) await askBatch(session, questions, part, answers, options);
  }
}

/** Halves find quickly what fails at once. What fails by waiting would wait again in each of them: then each question alone. */
function split(batch: readonly number[], failure: Failure): number[][] {
  if (failure === 'lock' || failure === 'timeout') return batch.map((i) => [i]);
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}
