import { printableLines } from '../text/printable.ts';
import { offered } from '../pg/offering.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { errorCode, errorMessage, failureOf } from '../pg/sqlstate.ts';
import { fix, refuseReadOnly } from '../core/fix.ts';
import { inspect, type Inspection } from '../core/inspect.ts';
import { jsonable } from '../core/model/json.ts';
import type { FixReport, MoveError } from '../core/model/report.ts';
import { cautions, databaseReport } from '../core/survey/server.ts';
import { runOnSessions } from '../pg/worker-pool.ts';
import { change, work } from './apply.ts';
import type { Guard } from '../core/model/guard.ts';
import { type Objects, readObjects, refuseStrangers } from './objects.ts';
import { type GuardVerb, type GuardWork, planGuards, type GuardSubject, subjects, unmet } from './plan.ts';
import { readGuards } from '../core/survey/guards.ts';
import { type GuardAction, type GuardActionName, type GuardReport, guardSummary } from './report.ts';
import { lackedRights } from './rights.ts';
import { guardScript } from './script.ts';
import { first, last, lastly } from './steps.ts';
import type { GuardOptions } from './options.ts';
import { guardsJson } from './json.ts';

const done: Readonly<Record<GuardVerb, GuardActionName>> = {
  install: 'installed',
  upgrade: 'upgraded',
  enable: 'enabled',
  disable: 'disabled',
  remove: 'removed',
};

/** Tells how every column in scope is guarded, and which guards no column needs any more. Writes nothing. */
export async function guardStatus(db: Queryable, options: GuardOptions = {}): Promise<GuardReport> {
  const inspection = await inspect(db, options);
  const { guards, objects } = await installed(db, inspection);
  const actions = subjects(inspection, guards, options).map(({ column }) => action(column, 'unchanged'));
  return jsonable(reportOf(inspection, db, actions, objects, {}), (report) => guardsJson(report, 'guard status'));
}

/**
 * Does to the guards of every column in scope what the verb says, each in a transaction of its own with a short lock on its
 * table; one that fails stops no other. `install` then brings the same sequences in step, as `fix` does: first the trigger,
 * then the move, so that nothing slips between. Throws a Problem for what cannot be done at all.
 */
export async function changeGuards(db: Queryable, verb: GuardVerb, options: GuardOptions = {}): Promise<GuardReport> {
  const report = await changed(db, verb, options);
  return jsonable(report, () => guardsJson(report, `guard ${verb}`));
}

async function changed(db: Queryable, verb: GuardVerb, options: GuardOptions): Promise<GuardReport> {
  const inspection = await inspect(db, options);
  for (const caution of cautions(inspection.server, options.offering)) options.onCaution?.(caution);
  refuseReadOnly(inspection);
  const { guards, objects } = await installed(db, inspection);
  if (options.trustOwners !== true && (verb === 'install' || verb === 'upgrade')) refuseStrangers(objects);
  const columns = subjects(inspection, guards, options);
  const works = planGuards(verb, columns, options).filter(
    // where there is no guard, there is nothing to tell but that one can be installed
    ({ column, statements }) => verb === 'install' || column.function !== null || statements.length > 0,
  );
  const missed = verb === 'install' ? unmet(columns, options, inspection.server.searchPath) : [];
  const steps = { first: first(verb, works, objects, options), last: last(verb, objects, options) };
  const fixing = { ...options, onCaution: undefined };

  if (options.dryRun === true) {
    const fixed = verb === 'install' ? await fix(db, fixing) : null;
    const units = [steps.first, ...works.map(({ statements }) => statements), steps.last];
    const going = new Set(works.flatMap((one) => (one.verb === 'remove' ? [one.guard] : [])));
    const left = guards.filter((guard) => !going.has(guard));
    if (inspection.server.guarded) units.push(lastly(verb, objects, options, left, guards));
    const script = [guardScript(units, options.lockTimeout ?? 100), fixed?.script ?? ''];
    const actions = works.map(({ column, statements }) =>
      action(column, statements.length > 0 ? 'would-change' : 'unchanged'),
    );
    const changed = works.flatMap((one) => (one.statements.length > 0 ? one.tables : []));
    const lacked = await lackedRights(db, inspection.catalogOptions, { role: inspection.server.role, tables: changed });
    if (changed.length > 0 && lacked.length > 0)
      options.onCaution?.(
        printableLines([`${inspection.server.role} lacks privileges for this:`, ...lacked.map((line) => `  ${line}`)]),
      );
    return reportOf(inspection, db, actions, objects, {
      fix: fixed,
      unmet: missed,
      script: script.filter((part) => part !== '').join('\n'),
    });
  }

  const queryOptions = { ...inspection.catalogOptions, lockTimeout: options.lockTimeout ?? 100 };
  const results = new Map<GuardWork, MoveError | null>();
  let fixed: FixReport | null = null;
  let newTablesError: MoveError | null = null;
  let stopped: unknown;
  try {
    if (steps.first.length > 0)
      await change(db, queryOptions, steps.first).catch(async (error: unknown) => {
        throw await refusedFirst(error, db, inspection, works);
      });
    const toDo = works.filter(({ statements }) => statements.length > 0);
    await runOnSessions(inspection.sessions, toDo, async (session, next) => {
      options.signal?.throwIfAborted();
      results.set(next, await work(session, queryOptions, next, inspection.server.role));
      options.onProgress?.({ phase: 'guard', done: results.size, total: toDo.length });
    });
    if (steps.last.length > 0)
      newTablesError = await change(db, queryOptions, steps.last).then(
        () => null,
        (error: unknown) => refusedEventTrigger(error, options),
      );
    if (inspection.server.guarded) {
      const left = await readGuards(db, queryOptions);
      const standing = left.filter(({ places }) => places.length > 0);
      const rest = lastly(verb, objects, options, standing, left);
      if (rest.length > 0) await change(db, queryOptions, rest);
    }
    if (verb === 'install') fixed = await fix(db, fixing);
  } catch (error) {
    stopped = error;
  }
  // Also when the signal has ended the run: what was changed is told
  const unhurried = { ...inspection.catalogOptions, signal: undefined };
  const server = { ...inspection.server, guarded: true };
  const after = await installed(db, { ...inspection, catalogOptions: unhurried, server }).catch(() => ({
    guards,
    objects,
  }));
  const now = new Map(subjects(inspection, after.guards, options).map(({ column }) => [column.name, column]));
  const actions = works.map((one) => {
    const error = results.get(one);
    const column = now.get(one.column.name) ?? { ...one.column, state: 'unguarded' as const, message: null };
    if (error === undefined) return action(column, column.state === 'unguardable' ? 'skipped' : 'unchanged');
    return error === null ? action(column, done[one.verb]) : { ...action(column, 'failed'), error };
  });
  return reportOf(inspection, db, actions, after.objects, { fix: fixed, unmet: missed, newTablesError, stopped });
}

async function installed(
  db: Queryable,
  { server, catalogOptions }: Inspection,
): Promise<{ guards: Guard[]; objects: Objects }> {
  if (!server.guarded) return { guards: [], objects: await readObjects(db, catalogOptions, false) };
  return { guards: await readGuards(db, catalogOptions), objects: await readObjects(db, catalogOptions, true) };
}

/** What guards need could not be made: all that the role lacks for what it asked, moving the sequences included. */
async function refusedFirst(
  error: unknown,
  db: Queryable,
  { grants, catalogOptions, scope, server }: Inspection,
  works: readonly GuardWork[],
): Promise<unknown> {
  if (failureOf(error) !== 'permission') return error;
  const tables = works.flatMap((one) => (one.statements.length > 0 ? one.tables : []));
  let lacked: readonly string[];
  try {
    lacked = await lackedRights(db, catalogOptions, { role: server.role, tables });
  } catch {
    catalogOptions.signal?.throwIfAborted();
    return error; // where even that cannot be asked, it is what there is
  }
  if (lacked.length === 0) return error;
  const moving = scope.sequences.flatMap((sequence) => [
    ...grants.move.ofSequence(sequence),
    ...sequence.columns.flatMap((column) => (column.unreadable === 'permission' ? grants.move.ofColumn(column) : [])),
  ]);
  return new Problem(`guards cannot be installed here: ${errorMessage(error)}`, {
    hint: [...lacked, ...new Set(moving)],
    code: errorCode(error),
    cause: error,
  });
}

/** Event triggers are for superusers: what to do instead. */
function refusedEventTrigger(error: unknown, { offering }: GuardOptions): MoveError {
  if (failureOf(error) === 'lost') throw error;
  const hint =
    failureOf(error) === 'permission'
      ? `Run it as a superuser (or your provider's equivalent); or run ${offered(offering, 'guard install --all-tables')} after each migration; or append the output of ${offered(offering, 'sql guard')} to each migration.`
      : null;
  return { code: errorCode(error) ?? null, message: errorMessage(error), hint };
}

function action(column: GuardSubject['column'], name: GuardActionName): GuardAction {
  return { ...column, action: name, error: null };
}

function reportOf(
  { server }: Inspection,
  db: Queryable,
  guards: readonly GuardAction[],
  objects: Objects,
  more: Partial<Pick<GuardReport, 'fix' | 'script' | 'stopped' | 'unmet'>> & { newTablesError?: MoveError | null },
): GuardReport {
  return {
    database: databaseReport(server, db),
    summary: guardSummary(guards),
    guards,
    unmet: more.unmet ?? [],
    newTables: { guarded: objects.newTables, error: more.newTablesError ?? null },
    owner: objects.owner,
    fix: more.fix ?? null,
    script: more.script ?? null,
    stopped: more.stopped,
  };
}
