import type { Queryable } from '../pg/queryable.ts';
import { hasRowsSince } from '../pg/query/measurement-sql.ts';
import { runBatches } from './measure/run-batches.ts';
import { fixOnly } from './fix.ts';
import { inspect } from './inspect.ts';
import type { Assessment } from './model/assessed.ts';
import type { FixOptions } from './model/options.ts';
import type { FixReport } from './model/report.ts';

/**
 * Runs work that brings rows with ids of their own, a seed or an import on whichever connection, and then brings exactly those
 * sequences in step whose tables it touched: others are left as they are, behind or not. Returns what the work did, and the report on
 * those sequences. Where the work throws, that is thrown, and nothing is moved.
 */
export async function inStepAfter<T>(
  db: Queryable,
  work: () => Promise<T>,
  options: FixOptions = {},
): Promise<{ readonly result: T; readonly fix: FixReport }> {
  const { signal } = options;
  const inspection = await inspect(db, options);
  const before = new Map(
    (await inspection.assess(inspection.scope.sequences, 0n, 'measure')).map((one) => [one.sequence.oid, one] as const),
  );
  const [row] = await db.transaction([begun], { mode: 'read only', signal });
  const result = await work();
  const since = row?.[0] ?? '0';
  const anew = await inspect(db, options);
  const after = await anew.assess(anew.scope.sequences, 0n, 'measure');
  const touched: string[] = [];
  for (const one of after)
    if (isMoved(before.get(one.sequence.oid), one) || (one.judgement.state === 'behind' && (await isWritten(one))))
      touched.push(one.sequence.oid);
  return { result, fix: await fixOnly(db, touched, options) };

  /** Rows below the furthest one change nothing that was measured, and matter only where the sequence was behind already. */
  async function isWritten({ sequence }: Assessment): Promise<boolean> {
    for (const { relationOid: oid, schema, table: name, kind, locks } of sequence.columns) {
      if (kind !== 'table' && kind !== 'partitioned') continue;
      const only = kind !== 'partitioned';
      const [answer] = await runBatches(
        [db],
        [
          {
            sql: () => hasRowsSince({ schema, table: name, only }, since),
            relations: () => [{ oid, schema, name, as: only ? 'table' : 'tree' }],
            locks,
            alone: true,
          },
        ],
        { queryOptions: anew.queryOptions, trust: anew.trust, lockBudget: anew.server.lockBudget },
      );
      // What cannot be seen counts as written: a sequence that is behind is moved, which does no harm
      if (answer === undefined || !('text' in answer) || answer.text === 'true') return true;
    }
    return false;
  }
}

/** The first transaction that has not begun yet, or the caller's own that has: a number of 32 bits, as rows have it. */
const begun =
  'select (coalesce(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text, pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text)::pg_catalog.numeric % 4294967296)::pg_catalog.text';

function isMoved(before: Assessment | undefined, after: Assessment): boolean {
  if (before === undefined) return true;
  const { position, columns } = after.measurement;
  const was = before.measurement;
  return (
    position?.lastValue !== was.position?.lastValue ||
    position?.isCalled !== was.position?.isCalled ||
    before.judgement.furthest !== after.judgement.furthest ||
    columns.length !== was.columns.length
  );
}
