import { quoteRelation } from '../pg/identifier.ts';
import { Problem } from '../problem.ts';
import type { QueryOptions } from '../pg/query/queries.ts';
import { errorCode } from '../pg/sqlstate.ts';
import { insideOf, type LoadSession } from '../pg/query/target.ts';
import { fixJson, jsonable, loadJson } from '../core/model/json.ts';
import type { LoadedTable, LoadReport } from '../core/model/load-report.ts';
import type { FixOptions } from '../core/model/options.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { moveAhead } from './move-ahead.ts';
import { broughtTo, makeCopy, proveAgainstTables, provedKeys } from './dry-run.ts';
import { moveInside, refuseFailed } from './move-inside.ts';
import { type LoadedRows, loadRows } from './load.ts';
import type { ImportOptions } from './options.ts';
import { consequences, heldBack, prepare, type Prepared } from './prepare.ts';
import type { Destination } from './copy.ts';
import { undone, unresolved } from './row-error.ts';
import { fixLoaded, fixOptions, together } from './sequences.ts';
import type { TableLoad } from './plan.ts';
import type { Source } from './source.ts';
import type { TargetTable } from './target-table.ts';
import { callersTransaction, constraints, type ImportTransaction, ownTransaction } from './transaction.ts';
import { type Trial, tryOn } from './trial.ts';
import { wouldMove } from './would-move.ts';
import type { FixReport } from '../core/model/report.ts';

/**
 * Loads the rows of some sources, all or nothing, and has every sequence beyond them before anybody can see them. Where the session
 * has a transaction open, all of it becomes a part of that. Throws a Problem for what is wrong, and then no row of it is there.
 */
export async function importFrom(
  target: LoadSession,
  sources: readonly Source[],
  options: ImportOptions = {},
): Promise<LoadReport> {
  refuseRaw(target);
  refuseShared(target);
  const isCallers = await target.inTransaction();
  const transaction = isCallers ? callersTransaction(target) : ownTransaction(target, options);
  const db = isCallers ? insideOf(target) : target;
  const queryOptions: QueryOptions = {
    role: options.role,
    statementTimeout: 0,
    lockTimeout: 2000,
    signal: options.signal,
    offering: options.offering,
  };
  const prepared = await prepare(db, queryOptions, sources, options);
  for (const line of consequences(prepared, options)) options.onCaution?.(line);
  const run: Run = { target, options, prepared, transaction, fixing: fixOptions(options), beside: [] };

  const reports: FixReport[] = [];
  // Ordinary inserts go on beside the load: from here on they draw no id that it brings
  if (options.dryRun !== true && prepared.sequences.floors.size > 0) {
    const ahead = await fixLoaded(db, prepared.sequences, { ...run.fixing, method: isCallers ? 'step' : 'auto' });
    refuseFailed(ahead);
    reports.push(ahead);
  }
  const beside = moveAhead(prepared.sequences, { ...options, isCallers }, run.fixing);
  const { tables, moves } = await withinTransaction({ ...run, beside: beside.moves }).catch(async (error: unknown) => {
    const moved = [...reports, ...(await beside.end())];
    throw withGaps(error, moved, options.dryRun === true ? [] : prepared.loads);
  });
  reports.push(...moves);
  if (options.dryRun !== true && !isCallers) reports.push(await checked(run, reports.at(-1) as FixReport));
  const report: LoadReport = {
    tables,
    ...(options.dryRun === true ? { dryRun: true as const } : {}),
    warnings: heldBack(prepared),
    errors: [],
    exitCode: null,
    rewound: [],
    fix: jsonable(together(reports), fixJson),
  };
  return jsonable(report, (loaded) => loadJson(loaded, 'import'));
}

/** Types say so too; not everybody has them. */
function refuseShared(target: LoadSession): void {
  if (typeof target.copyFrom === 'function') return;
  throw new Problem(
    "an import needs one connection for itself: pass queryable(client), with a Client or a client from a Pool, and: import { queryable } from 'pgseq/pg'",
  );
}

/** How many sequences are named that a failed import left ahead. */
const mostGaps = 5;

/**
 * The same error, which also says what it left behind: a sequence that was moved, and one that a default drew from, goes not back with the
 * transaction.
 */
function withGaps(error: unknown, reports: readonly FixReport[], loads: readonly TableLoad[]): unknown {
  if (!(error instanceof Problem) || error.code === unresolved) return error;
  const moved = new Map(
    reports
      .flatMap(({ sequences }) => sequences)
      .flatMap(({ name, action, after }) =>
        action === 'moved' && after !== undefined && after !== null ? [[name, after.next] as const] : [],
      ),
  );
  const drawn = [
    ...new Set(
      loads.flatMap(({ target, columns }) =>
        target.columns
          .filter((column) => column.identity !== '' || /\bnextval\(/.test(column.default ?? ''))
          .filter((column) => !columns.some((one) => one.target === column))
          .map((column) => `${target.display}.${column.name}`),
      ),
    ),
  ];
  const gaps = [
    ...[...moved].map(([name, next]) => `${name} stays at ${next}`),
    ...drawn.map((name) => `ids that ${name} used in the meantime are not returned`),
  ];
  if (gaps.length === 0) return error;
  const hint = [
    ...(error.hint?.split('\n') ?? []),
    `a harmless gap in the ids may remain: ${gaps.slice(0, mostGaps).join('; ')}${gaps.length > mostGaps ? `; and ${gaps.length - mostGaps} more` : ''}`,
  ];
  return new Problem(error.message.split('\n'), { hint, code: error.code, cause: error.cause });
}

interface Run {
  readonly target: LoadSession;
  readonly options: ImportOptions;
  readonly prepared: Prepared;
  readonly transaction: ImportTransaction;
  readonly fixing: FixOptions;
  /** What is done to sequences while rows are loaded. */
  readonly beside: Promise<readonly FixReport[]> | readonly FixReport[];
}

function later<Result>(
  { afterwards, signal }: ImportOptions,
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  return afterwards === undefined ? work(signal) : afterwards(work);
}

/** Looks once more when all is committed. That this fails does not undo the import: what was known last is reported. */
async function checked({ target, options, prepared, fixing }: Run, known: FixReport): Promise<FixReport> {
  try {
    return await later(options, (signal) =>
      fixLoaded(target, prepared.sequences, { ...fixing, method: 'auto', signal }),
    );
  } catch (error) {
    return { ...known, stopped: error };
  }
}

/** From begin to commit. However it fails, the transaction is undone. */
async function withinTransaction(run: Run): Promise<{ tables: LoadedTable[]; moves: FixReport[] }> {
  const { target, options, prepared, transaction, fixing } = run;
  const { signal } = options;
  await transaction.begin();
  try {
    const trial = options.dryRun === true ? await beginTrial(run) : null;
    const copies = trial === null ? await destinations(run) : await copiesOf(run, trial);
    for (const statement of constraints(prepared.deferred, 'deferred')) await target.query([statement], signal);
    const tables = await loadAll(run, copies);
    const moves = await later(options, async (signal) => {
      if (trial !== null) return [await dryReport(run, trial, copies)];
      await proveConstraints(run);
      const moved = await run.beside;
      return [
        ...moved,
        ...(await moveInside(insideOf(target), prepared.sequences, { ...fixing, signal }, options.another)),
      ];
    });
    await (options.dryRun === true ? transaction.rollback() : transaction.commit());
    return { tables, moves };
  } catch (error) {
    await transaction.rollback();
    if (signal?.aborted === true && errorCode(error) !== unresolved) options.onCaution?.('nothing was imported');
    throw undone(error);
  }
}

/** What the rows go into: the tables, emptied where that was asked for. */
async function destinations(run: Run): Promise<ReadonlyMap<TargetTable, Destination>> {
  const tables = tablesOf(run);
  if (run.options.truncate === true)
    await empty(run, tables.map(({ schema, name }) => quoteRelation(schema, name)).join(', '));
  return new Map(
    tables.map((table) => [table, { relation: quoteRelation(table.schema, table.name), name: table.name }]),
  );
}

function tablesOf({ prepared: { loads } }: Run): TargetTable[] {
  return [...new Set(loads.map((load) => load.target))];
}

/** A dry run: no code of strangers runs in it. */
async function beginTrial(run: Run): Promise<Trial> {
  const { target, options, prepared } = run;
  const { role, signal, trustOwners = false, readForeign = false } = options;
  const tables = tablesOf(run);
  return await tryOn(target, tables, {
    queryOptions: { role, statementTimeout: 0, lockTimeout: 2000, signal },
    trust: { trustOwners, readForeign },
    ownPath: prepared.server.searchPath,
    references: tables.flatMap((table) => provedKeys(table, prepared.loads)),
  });
}

/** What stands for the tables in a dry run. */
async function copiesOf(run: Run, trial: Trial): Promise<ReadonlyMap<TargetTable, Destination>> {
  const copies = new Map<TargetTable, Destination>();
  for (const [i, table] of tablesOf(run).entries())
    copies.set(table, await makeCopy(trial, table, broughtTo(table, run.prepared.loads), i));
  return copies;
}

/** While it waits for whoever uses the tables, everybody else waits behind it: not for long. In a transaction of the caller's that is the caller's. */
async function empty({ target, options, transaction }: Run, list: string): Promise<void> {
  const truncate = `truncate ${list}`;
  const statements = transaction.isCallers
    ? [truncate]
    : ["set local lock_timeout = '5s'", truncate, 'set local lock_timeout to default'];
  await target.query(statements, options.signal).catch((error: unknown) => {
    if (errorCode(error) !== '55P03') throw error;
    throw new Problem('the tables could not be emptied: others have been using them for 5 s', {
      hint: 'try again; pgseq does not block others for longer',
      code: '55P03',
      cause: error,
    });
  });
}

/** Loads table after table, and counts. */
async function loadAll(
  { target, options, prepared: { loads } }: Run,
  copies: ReadonlyMap<TargetTable, Destination>,
): Promise<LoadedTable[]> {
  const counts = new Map<TargetTable, LoadedRows>();
  for (const [i, load] of loads.entries()) {
    const { table } = load;
    const loaded = await loadRows(target, load, copies.get(load.target) as Destination, {
      signal: options.signal,
      onReject: options.onReject,
      onConflict: options.onConflict ?? 'error',
      onProgress: (progress) =>
        options.onProgress?.({
          ...progress,
          table: load.target.display,
          place: i + 1,
          tables: loads.length,
          allRows: table.rows,
          allBytes: table.bytes,
        }),
    });
    const before = counts.get(load.target) ?? { rows: 0n, stored: 0n, rejected: 0n };
    counts.set(load.target, {
      rows: before.rows + loaded.rows,
      stored: before.stored + loaded.stored,
      rejected: before.rejected + loaded.rejected,
    });
  }
  return [...counts].map(([{ display }, { rows, stored, rejected }]) => ({
    name: display,
    rows: stored,
    skipped: rows - stored,
    rejected,
  }));
}

/** What was put off is proved before COMMIT does it, so that what it says is ours to explain. */
async function proveConstraints({ target, options, prepared, transaction }: Run): Promise<void> {
  const proof = transaction.isCallers ? constraints(prepared.deferred, 'immediate') : ['set constraints all immediate'];
  if (proof.length === 0) return;
  await target.query(proof, options.signal);
}

async function dryReport(run: Run, trial: Trial, copies: ReadonlyMap<TargetTable, Destination>): Promise<FixReport> {
  const { target, options, prepared, fixing } = run;
  await proveAgainstTables(trial, prepared.loads, copies, {
    isEmptied: options.truncate === true,
    mayMeet: (options.onConflict ?? 'error') !== 'error',
  });
  const report = await fixLoaded(insideOf(target), prepared.sequences, { ...fixing, dryRun: true });
  return await wouldMove(trial, report, prepared.sequences, prepared.loads, copies);
}
