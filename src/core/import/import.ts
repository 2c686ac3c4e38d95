import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { Problem } from '../../pg/problem.ts';
import { fix, type FixReport, refuseReadOnly } from '../fix.ts';
import type { LoadedTable } from '../load-report.ts';
import { focus, type Glass } from '../look.ts';
import type { SurveyedSequence } from '../model.ts';
import type { LookOptions } from '../options.ts';
import { databaseReport, summary } from '../report.ts';
import { badRow } from './bad-row.ts';
import { floorsWithRows, refuseTaken } from './dry-run.ts';
import { floorsOf } from './floors.ts';
import { type LoadOptions, loadTable } from './load.ts';
import { merged } from './merge.ts';
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

/** What an import brought, or with `dryRun` would bring. */
export interface ImportReport {
  /** In the order in which they were loaded. */
  readonly tables: readonly LoadedTable[];
  /** What was done to the sequences that feed them, before the transaction ended. */
  readonly fix: FixReport;
  /** The psql patterns that mean these sequences, for whoever looks at them again; empty where nothing feeds the tables. */
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
  options: ImportOptions = {},
  owned = false,
): Promise<ImportReport> {
  const [begin, keep, leave] = owned
    ? [
        'savepoint pgseq_import',
        'release savepoint pgseq_import',
        'rollback to savepoint pgseq_import; release savepoint pgseq_import',
      ]
    : ['begin isolation level read committed read write', 'commit', 'rollback'];
  await session.query(begin);
  try {
    const report = await bring(session, sources, options);
    await session.query(options.dryRun === true ? leave : keep);
    return report;
  } catch (error) {
    // Where the session is lost, the server has taken everything back itself
    await session.query(leave).catch(() => undefined);
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function bring(
  session: ImportSession,
  sources: readonly Source[],
  options: ImportOptions,
): Promise<ImportReport> {
  const { onConflict = 'error', truncate = false, dryRun = false, map = new Map<string, string>() } = options;
  await session.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  if (options.role !== undefined) await session.query(`set local role ${quoteIdentifier(options.role)}`);
  const db = within(session);
  const { links, maxJump, trustOwners, readForeign, statementTimeout, role, signal } = options;
  const looking: LookOptions = { links, maxJump, trustOwners, readForeign, statementTimeout, role, signal };
  const glass = await focus(db, looking);
  refuseReadOnly(glass);
  const pairs = await pairUp(db, glass, sources, options);
  const loads = inOrder(planLoads(pairs, { map, onConflict, truncate, role: glass.server.role }));
  const feeding = feedingOf(glass, loads);
  const sequences = feeding.map(({ schema, sequence }) => quoteRelation(schema, sequence));
  const floors = floorsOf(loads, feeding, await positionsOf(glass, feeding));
  const move = async (more: { floors?: ReadonlyMap<string, bigint>; dryRun?: boolean }): Promise<FixReport> =>
    feeding.length === 0
      ? nothingDone(glass, session)
      : unfailing(await fix(db, { ...looking, ...more, method: 'step', wait: 0, sequences }));

  if (!dryRun) forewarn(loads, truncate, options);
  const ahead = dryRun || floors.size === 0 ? nothingDone(glass, session) : await move({ floors });
  if (!dryRun) await makeReady(session, loads, options);
  const tables: LoadedTable[] = [];
  for (const [place, load] of loads.entries()) {
    const rows = await loadTable(session, load, place, { ...options, onConflict, dryRun });
    tables.push({ name: nameOf(load.target), rows });
  }
  if (dryRun) {
    if (onConflict === 'error') await refuseTaken(session, loads);
    return {
      tables,
      sequences,
      fix: await move({ floors: await floorsWithRows(session, loads, feeding, floors), dryRun }),
    };
  }
  await session.query('set constraints all immediate').catch((error: unknown) => {
    throw badRow(error, loads[0] as Load, null, '');
  });
  return { tables, sequences, fix: merged(ahead, await move({})) };
}

/** Empties the tables where that was asked for, and lets foreign keys wait that can. */
async function makeReady(session: ImportSession, loads: readonly Load[], options: ImportOptions): Promise<void> {
  const names = loads.map(({ target }) => quoteRelation(target.schema, target.name));
  if (options.truncate === true) await session.query(`truncate ${names.join(', ')}`);
  const mayWait = loads.some(({ target }) => target.references.some(({ deferrable }) => deferrable));
  // A row that is to be refused alone has to be refused at once
  if (mayWait && options.onReject === undefined) await session.query('set constraints all deferred');
}

/** A sequence that could not be moved, or a fix that ended early: the rows it is for are not to stay. */
function unfailing(report: FixReport): FixReport {
  if (report.stopped !== undefined) throw report.stopped;
  const failed = report.sequences.find(({ action }) => action === 'failed');
  if (failed === undefined) return report;
  throw new Problem(`${failed.name} could not be moved: ${failed.error?.message ?? ''}`, {
    hint: [failed.error?.hint ?? '', 'nothing was imported'].filter((line) => line !== '').join('\n'),
  });
}

function nothingDone({ server }: Glass, session: ImportSession): FixReport {
  return {
    database: databaseReport(server, session),
    summary: summary([]),
    sequences: [],
    findings: [],
    leftOut: { extensions: 0, closedSchemas: 0, system: 0 },
    script: null,
    holders: [],
    stopped: undefined,
  };
}

function forewarn(loads: readonly Load[], truncate: boolean, { onNote }: ImportOptions): void {
  for (const { target } of loads)
    if (target.triggers.length > 0)
      onNote?.(`${nameOf(target)} has triggers that fire for what is imported: ${target.triggers.join(', ')}`);
  if (truncate) onNote?.('the tables are emptied first: whoever reads them waits until the import is over');
}

/** The sequences that draw for the tables, or for the table at the root of their partitions. */
function feedingOf({ all }: Glass, loads: readonly Load[]): SurveyedSequence[] {
  const oids = new Set(loads.flatMap(({ target }) => [target.oid, target.root]));
  return all.filter(({ columns }) => columns.some(({ relationOid }) => oids.has(relationOid)));
}

async function positionsOf(glass: Glass, feeding: readonly SurveyedSequence[]): Promise<Map<string, bigint>> {
  const alone = feeding.map((sequence) => ({ ...sequence, columns: [] }));
  const looked = await glass.look(alone, 0n, 'measure');
  return new Map(
    looked.flatMap(({ sequence, judgement: { next } }) => (next === null ? [] : [[sequence.name, next] as const])),
  );
}
