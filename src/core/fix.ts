import { printable } from '../text/printable.ts';
import { counted } from '../text/counted.ts';
import { Problem } from '../problem.ts';
import type { OpenTransaction } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { FixOptions } from './model/options.ts';
import type { Finding } from './model/finding.ts';
import type { Grants } from './model/grants.ts';
import { judge } from './model/judge.ts';
import { fixJson, jsonable } from './model/json.ts';
import { inspect, type Inspection } from './inspect.ts';
import type { Assessment } from './model/assessed.ts';
import { type Move, move, type Moved, refused } from './move/move.ts';
import { planMoves } from './move/plan.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { type FixedSequence, type FixReport, sequenceReport, standing, summary } from './model/report.ts';
import { moveScript } from './move/script.ts';
import { runOnSessions } from '../pg/worker-pool.ts';
import { cautions, databaseReport } from './survey/server.ts';
import { stillOpen, tablesOf, waitForWriters } from './move/wait-for-writers.ts';
import { findings } from './findings/findings.ts';

/** Looking again may find new ids to pass. So many looks at most; what the last of them finds is passed as well. */
const mostRounds = 5;

/**
 * Moves every sequence in scope that is behind forward to its target, never backward, while others go on writing; then waits
 * for the transactions that may hold explicit ids unseen, looks again, and moves again where that is needed.
 * Throws a Problem for what cannot be done at all (a standby, a read-only server, patterns that match nothing). A sequence that
 * cannot be moved stops nobody else: its `error` says why.
 */
export async function fix(db: Queryable, options: FixOptions = {}): Promise<FixReport> {
  return await fixOnly(db, undefined, await besideCaller(db, options));
}

/** The same for the sequences that have these oids, undefined: for those in scope; in whichever transaction. */
export async function fixOnly(
  db: Queryable,
  oids: readonly string[] | undefined,
  options: FixOptions,
): Promise<FixReport> {
  const inspection = await inspect(db, options, oids);
  for (const caution of cautions(inspection.server, options.offering)) options.onCaution?.(caution);
  refuseReadOnly(inspection);
  const margin = options.margin ?? 0n;
  const before = await inspection.assess(inspection.scope.sequences, margin, 'measure');
  const plan = planMoves(before, options);
  const database = databaseReport(inspection.server, db);
  for (const { sequence, outliers, judgement } of before)
    if (judgement.marginTooLarge && outliers === null)
      options.onCaution?.(
        `${printable(sequence.name)} gets no margin: it ends before it could leave ${counted(margin, 'id')} free`,
      );
  const [only] = before;
  if (options.to !== undefined && plan.size === 0 && only !== undefined)
    options.onCaution?.(
      `${printable(only.sequence.name)} was not moved: its next value is ${only.judgement.next}, and pgseq never moves a sequence backward`,
    );
  if (options.dryRun === true) {
    const sequences = before.map((one) => dryReportOf(one, plan.get(one.sequence.oid), inspection.grants.move));
    const script = moveScript([...plan.values()], {
      queryOptions: inspection.queryOptions,
      lockTimeout: options.lockTimeout ?? 100,
    });
    return await finish(sequences, before, [], undefined, script);
  }

  options.onStart?.(database, [...plan.values()].filter(({ method }) => method !== null).length);
  const results = new Map<string, Moved>();
  let now: readonly Assessment[] = before;
  let holders: OpenTransaction[] = [];
  let stopped: unknown;
  try {
    await moveAll(inspection, [...plan.values()], results, options);
    const tables = tablesOf(inspection.scope.sequences);
    const wait = options.wait ?? 30_000;
    const waitUntil = performance.now() + wait;
    for (let round = 1; round <= mostRounds; round++) {
      const left = round === 1 ? wait : waitUntil - performance.now();
      // Whoever outlasted the wait of an earlier round is waited for no more, and not forgotten either
      holders =
        left > 0
          ? await waitForWriters(db, inspection.catalogOptions, tables, left, (done, total) =>
              options.onProgress?.({ phase: 'wait', done, total }),
            )
          : await stillOpen(db, inspection.catalogOptions, tables, holders);
      now = await inspection.assess(inspection.scope.sequences, margin, 'verify');
      if (options.to !== undefined) break;
      const more = [...planMoves(now, options).values()].filter(
        ({ sequence }) => (results.get(sequence.oid)?.error ?? null) === null,
      );
      if (more.length === 0) break;
      await moveAll(inspection, more, results, options);
      if (round < mostRounds) continue;
      const last = new Set(more.map(({ sequence }) => sequence.oid));
      now = now.map((one) => (last.has(one.sequence.oid) ? moveOn(one, results.get(one.sequence.oid), margin) : one));
    }
  } catch (error) {
    stopped = error;
    now = now.map((one) => moveOn(one, results.get(one.sequence.oid), margin));
  }
  const first = new Map(before.map((one) => [one.sequence.oid, one]));
  const sequences = now.map((one) => reportOf(one, first.get(one.sequence.oid) ?? one, results.get(one.sequence.oid)));
  return await finish(sequences, now, holders, stopped, null);

  async function finish(
    reports: readonly FixedSequence[],
    looked: readonly Assessment[],
    open: readonly OpenTransaction[],
    why: unknown,
    script: string | null,
  ): Promise<FixReport> {
    let told: Finding[] = [];
    let ended = why;
    try {
      if (why === undefined) told = await findings(inspection, looked, options, 'move');
    } catch (error) {
      ended = error; // they ask the server too: what was moved is reported all the same
    }
    const report: FixReport = {
      database,
      summary: summary(reports),
      sequences: reports,
      findings: told,
      leftOut: inspection.scope.leftOut,
      script,
      holders: open,
      stopped: ended,
    };
    return jsonable(report, fixJson);
  }
}

/**
 * In a transaction of the caller's only stepping is left: a lock would be held to its end, and every writer would wait for that.
 * And it must see what was committed a moment ago, which a snapshot taken with its first statement does not show.
 */
async function besideCaller(db: Queryable, options: FixOptions): Promise<FixOptions> {
  refuseRaw(db);
  if (!((await db.inTransaction?.()) ?? false)) return options;
  const refusal = (why: string, hint: string): Problem => new Problem(why, { hint, code: '25001' }); // active_sql_transaction
  if (options.method === 'lock')
    throw refusal(
      'a sequence cannot be moved under a lock inside your transaction: all inserts would wait until it ends',
      "call it outside of the transaction, or with method: 'step'",
    );
  const asked = "select pg_catalog.current_setting('transaction_isolation')";
  const [row] = await db.transaction([asked], { mode: 'read only', signal: options.signal });
  const level = row?.[0] ?? '';
  if (level === 'repeatable read' || level === 'serializable')
    throw refusal(
      `your transaction is ${level.toUpperCase()}, which does not see ids that others committed after it began`,
      'call it outside of the transaction, or begin the transaction at READ COMMITTED',
    );
  return { ...options, method: 'step' };
}

/** Throws a Problem where nothing can be changed. */
export function refuseReadOnly({ server }: Pick<Inspection, 'server'>): void {
  if (server.standby)
    throw new Problem(`${server.database} is on a standby, where no sequence can be moved`, {
      hint: 'connect to the primary: target_session_attrs=read-write',
    });
  if (server.readOnly)
    throw new Problem(
      `sessions of ${server.role} in ${server.database} are read-only (default_transaction_read_only)`,
      {
        hint: "to override that for this run: PGOPTIONS='-c default_transaction_read_only=off'",
      },
    );
}

/** Makes the moves on all sessions side by side, and ends only when every session has: what was done is then known. */
async function moveAll(
  inspection: Inspection,
  moves: readonly Move[],
  results: Map<string, Moved>,
  options: FixOptions,
): Promise<void> {
  let done = 0;
  const mover = {
    queryOptions: inspection.queryOptions,
    grants: inspection.grants.move,
    lockTimeout: options.lockTimeout ?? 100,
  };
  await runOnSessions(inspection.sessions, moves, async (session, next, again) => {
    options.signal?.throwIfAborted();
    const result = await move(session, next, { ...mover, again });
    const earlier = results.get(next.sequence.oid);
    results.set(next.sequence.oid, { ...result, moved: result.moved || (earlier?.moved ?? false) });
    options.onProgress?.({ phase: 'move', done: ++done, total: moves.length });
  });
}

/** What was looked at before a move, judged by where the move left the sequence. */
function moveOn(one: Assessment, result: Moved | undefined, margin: bigint): Assessment {
  if (result === undefined || result.after === null) return one;
  const measurement = { ...one.measurement, position: result.after };
  return { ...one, measurement, judgement: judge(one.sequence, measurement, margin) };
}

function reportOf(now: Assessment, before: Assessment, result: Moved | undefined): FixedSequence {
  const isHeldBack = now.outliers !== null || (now.judgement.state === 'behind' && now.judgement.target === null);
  const action =
    result === undefined
      ? isHeldBack
        ? 'skipped'
        : 'unchanged'
      : result.error !== null
        ? 'failed'
        : result.moved
          ? 'moved'
          : 'unchanged';
  const from = standing(before, before.measurement.position);
  const to = standing(now, now.measurement.position);
  const isElsewhere = action === 'moved' || (action === 'failed' && result?.after !== null && from?.next !== to?.next);
  return {
    ...sequenceReport(now),
    action,
    before: isElsewhere ? from : null,
    after: isElsewhere ? to : null,
    method: result?.method ?? null,
    error: result?.error ?? null,
  };
}

function dryReportOf(one: Assessment, plan: Move | undefined, grants: Grants): FixedSequence {
  const kept = reportOf(one, one, undefined);
  if (plan === undefined) return kept;
  if (plan.method === null) return { ...kept, action: 'failed', error: refused(plan, grants) };
  return {
    ...kept,
    action: 'would-move',
    target: plan.target,
    before: standing(one, one.measurement.position),
    method: plan.method,
  };
}
