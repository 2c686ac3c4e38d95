import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { Problem } from '../../pg/problem.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { fix, type FixReport } from '../fix.ts';
import type { LoadedTable } from '../load-report.ts';
import { focus, type Glass } from '../look.ts';
import type { SurveyedSequence } from '../model.ts';
import type { LookOptions } from '../options.ts';
import { refuseReadOnly } from '../fix.ts';
import { badRow } from './bad-row.ts';
import { floorsOf } from './floors.ts';
import { type LoadOptions, loadTable, passing } from './load.ts';
import { inOrder, type Load, nameOf, planLoads } from './plan.ts';
import type { Source } from './source.ts';
import { type ImportSession, within } from './target.ts';
import { type Naming, pairUp } from './targets.ts';

/** How rows are brought in. */
export interface ImportOptions
  extends Pick<LookOptions, 'links' | 'maxJump' | 'trustOwners' | 'readForeign' | 'statementTimeout' | 'role'>,
    Partial<LoadOptions>,
    Partial<Naming> {
  /** Columns of sources that are called otherwise in the target. */
  readonly map?: ReadonlyMap<string, string> | undefined;
  /** Empty the tables first. */
  readonly truncate?: boolean | undefined;
  /** Told what people should know before rows are brought in: triggers that will fire, readers that will wait. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** What an import brought, or would bring. */
export interface ImportReport {
  /** In the order in which they were loaded. */
  readonly tables: readonly LoadedTable[];
  /** What was done to the sequences that feed them, before the transaction ended; null where nothing feeds them. */
  readonly fix: FixReport | null;
  /** Their names, for whoever looks at them again. */
  readonly sequences: readonly string[];
}

/**
 * Brings the rows of all sources into their tables in one transaction: all of them or none. Sequences are moved by nextval, which waits
 * for nobody, beyond what the sources' own counters say before the first row, and beyond every row before the transaction ends: whoever
 * sees the rows finds the sequences beyond them. `owned`: the transaction is the caller's, and is neither begun nor ended.
 * Throws a Problem that names what is wrong; nothing is there then.
 */
export async function importSources(
  session: ImportSession,
  sources: readonly Source[],
  options: ImportOptions,
  owned = false,
): Promise<ImportReport> {
  await session.query(owned ? 'savepoint pgseq_import' : 'begin isolation level read committed read write');
  try {
    const report = await bring(session, sources, options);
    const keep = owned ? 'release savepoint pgseq_import' : 'commit';
    const leave = owned ? 'rollback to savepoint pgseq_import; release savepoint pgseq_import' : 'rollback';
    await session.query(options.dryRun === true ? leave : keep);
    return report;
  } catch (error) {
    // Where the session is lost, the server has taken everything back itself
    await session.query(owned ? 'rollback to savepoint pgseq_import' : 'rollback').catch(() => undefined);
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function bring(
  session: ImportSession,
  sources: readonly Source[],
  options: ImportOptions,
): Promise<ImportReport> {
  const { onConflict = 'error', truncate = false, dryRun = false } = options;
  await session.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  if (options.role !== undefined) await session.query(`set local role ${quoteIdentifier(options.role)}`);
  const db = within(session);
  const looking: LookOptions = { ...options, sequences: undefined, tables: undefined };
  const glass = await focus(db, looking);
  refuseReadOnly(glass);
  const pairs = await pairUp(db, glass, sources, options);
  const loads = inOrder(
    planLoads(pairs, { map: options.map ?? new Map(), onConflict, truncate, role: glass.server.role }),
  );
  forewarn(loads, truncate, options);
  const feeding = feedingOf(glass, loads);
  const moving = { ...looking, method: 'step', wait: 0, sequences: feeding.map(patternOf) } as const;
  const floors = floorsOf(loads, feeding, await positionsOf(glass, feeding));
  if (!dryRun) {
    if (floors.size > 0)
      await stopped(
        fix(db, { ...moving, floors, sequences: feeding.filter(({ name }) => floors.has(name)).map(patternOf) }),
      );
    if (truncate)
      await session.query(
        `truncate ${loads.map(({ target }) => quoteRelation(target.schema, target.name)).join(', ')}`,
      );
    if (
      loads.some(({ target }) => target.references.some(({ deferrable }) => deferrable)) &&
      options.onReject === undefined
    )
      await session.query('set constraints all deferred');
  }
  const tables: LoadedTable[] = [];
  for (const [place, load] of loads.entries()) {
    const rows = await loadTable(session, load, place, {
      signal: undefined,
      onReject: undefined,
      onProgress: undefined,
      ...options,
      onConflict,
      dryRun,
    });
    tables.push({ name: nameOf(load.target), rows });
  }
  const report = { tables, sequences: feeding.map(({ name }) => name) };
  if (feeding.length === 0) return { ...report, fix: null };
  if (dryRun) {
    const reached = await reachedOf(db, loads, feeding);
    return { ...report, fix: await fix(db, { ...moving, floors: furthestOf(feeding, floors, reached), dryRun: true }) };
  }
  await session.query('set constraints all immediate').catch((error: unknown) => {
    throw badRow(error, loads[0] as Load, null, '');
  });
  return { ...report, fix: await stopped(fix(db, moving)) };
}

/** A fix that ended early has failed: the rows it is for are not to stay. */
async function stopped(fixing: Promise<FixReport>): Promise<FixReport> {
  const report = await fixing;
  if (report.stopped !== undefined) throw report.stopped;
  const failed = report.sequences.find(({ action }) => action === 'failed');
  if (failed === undefined) return report;
  throw new Problem(`${failed.name} could not be moved: ${failed.error?.message ?? ''}`, {
    hint: [failed.error?.hint ?? '', 'nothing was imported'].filter((line) => line !== '').join('\n'),
  });
}

function forewarn(loads: readonly Load[], truncate: boolean, { onNote, dryRun }: ImportOptions): void {
  if (dryRun === true) return;
  for (const { target } of loads)
    if (target.triggers.length > 0)
      onNote?.(`${nameOf(target)} has triggers that fire for each row or load: ${target.triggers.join(', ')}`);
  if (truncate) onNote?.('--truncate locks the tables: whoever reads them waits until the import is over');
}

/** The sequences that draw for the tables, or for the table at the root of their partitions. */
function feedingOf({ all }: Glass, loads: readonly Load[]): SurveyedSequence[] {
  const oids = new Set(loads.flatMap(({ target }) => [target.oid, target.root]));
  return all.filter(({ columns }) => columns.some(({ relationOid }) => oids.has(relationOid)));
}

/** The psql pattern that means this sequence and no other. */
function patternOf({ schema, sequence }: SurveyedSequence): string {
  return quoteRelation(schema, sequence);
}

async function positionsOf(glass: Glass, feeding: readonly SurveyedSequence[]): Promise<Map<string, bigint>> {
  const looked = await glass.look(
    feeding.map((sequence) => ({ ...sequence, columns: [] })),
    0n,
    'measure',
  );
  return new Map(
    looked.flatMap(({ sequence, judgement }) =>
      judgement.next === null ? [] : [[sequence.name, judgement.next] as const],
    ),
  );
}

/** Of a dry run: the furthest value that came for each sequence, by its name. */
async function reachedOf(
  db: Queryable,
  loads: readonly Load[],
  feeding: readonly SurveyedSequence[],
): Promise<Map<string, bigint>> {
  const reached = new Map<string, bigint>();
  for (const [place, { target, columns }] of loads.entries())
    for (const sequence of feeding) {
      const fed = sequence.columns.find(
        (column) =>
          (column.relationOid === target.oid || column.relationOid === target.root) && column.incomparable === null,
      );
      if (fed === undefined || !columns.some(({ column }) => column.name === fed.column)) continue;
      const far = sequence.increment > 0n ? 'max' : 'min';
      const [row] = await db.transaction(
        [
          `select pg_catalog.trunc(pg_catalog.${far}(${quoteIdentifier(fed.column)}))::pg_catalog.text from pg_temp.${passing(place)}`,
        ],
        { mode: 'read only' },
      );
      const value = row?.[0];
      if (value !== null && value !== undefined && /^-?\d+$/.test(value)) reached.set(sequence.name, BigInt(value));
    }
  return reached;
}

/** What each sequence would have to hand out at least: beyond the counters of the sources, and beyond what came. */
function furthestOf(
  feeding: readonly SurveyedSequence[],
  floors: ReadonlyMap<string, bigint>,
  reached: ReadonlyMap<string, bigint>,
): Map<string, bigint> {
  const found = new Map(floors);
  for (const { name, increment } of feeding) {
    const value = reached.get(name);
    if (value === undefined) continue;
    const [next, floor] = [value + (increment > 0n ? 1n : -1n), floors.get(name)];
    if (floor === undefined || (increment > 0n ? next > floor : next < floor)) found.set(name, next);
  }
  return found;
}
