import type { Queryable } from '../pg/queryable.ts';
import { fixOnly } from '../core/fix.ts';
import { type Grants, grantsFor } from '../core/model/grants.ts';
import { inspect } from '../core/inspect.ts';
import type { FedColumn, SurveyedSequence } from '../core/model/surveyed.ts';
import type { FixOptions } from '../core/model/options.ts';
import { isLongJump } from '../core/measure/outliers.ts';
import { type FixedSequence, type FixReport, summary } from '../core/model/report.ts';
import { upward } from '../core/model/sequence.ts';
import type { ImportOptions } from './options.ts';
import type { TableLoad } from './plan.ts';
import type { SourceTable } from './source.ts';
import { databaseReport } from '../core/survey/server.ts';

/** The sequences that feed the columns of some loads, and how to bring them in step. */
export interface LoadedSequences {
  readonly sequences: readonly SurveyedSequence[];
  /** What the role lacks to move them. */
  readonly grants: Grants;
  /** Where each must stand at least, for what the sources say of themselves; by its name in reports. */
  readonly floors: ReadonlyMap<string, bigint>;
  /** Where each will likely have to stand; not further away than the source has bytes, so that a wrong guess costs little. */
  readonly hints: ReadonlyMap<string, bigint>;
  /** Those that would use up too much of a sequence for it to be meant. */
  readonly heldBack: readonly { readonly name: string; readonly floor: bigint }[];
  /** The report when there is nothing to do. */
  readonly nothing: FixReport;
}

/** What looking at sequences and moving them takes of the options of an import. */
export function fixOptions(options: ImportOptions): FixOptions {
  const { role, signal, offering, maxJump, statementTimeout, trustOwners, readForeign } = options;
  return { role, signal, offering, maxJump, statementTimeout, trustOwners, readForeign };
}

/** Finds the sequences, and reads where they stand. */
export async function sequencesOf(
  db: Queryable,
  loads: readonly TableLoad[],
  options: FixOptions,
): Promise<LoadedSequences> {
  const inspection = await inspect(db, {
    role: options.role,
    signal: options.signal,
    maxJump: options.maxJump,
    offering: options.offering,
    trustOwners: options.trustOwners,
    readForeign: options.readForeign,
  });
  const sequences = inspection.all.filter(({ columns }) =>
    columns.some((fed) => loads.some((load) => isLoaded(fed, load))),
  );
  const alone = sequences.map((sequence) => ({ ...sequence, columns: [] }));
  const looked = await inspection.assess(alone, 0n, 'measure');
  const nexts = new Map(looked.map(({ sequence, judgement }) => [sequence.oid, judgement.next]));
  const floors = new Map<string, bigint>();
  const heldBack: { name: string; floor: bigint }[] = [];
  const hints = new Map<string, bigint>();
  for (const sequence of sequences) {
    const next = nexts.get(sequence.oid) ?? null;
    const hint = furthestSaid(sequence, loads, ({ likely = [], bytes }) =>
      likely.flatMap(({ column, value }) =>
        next !== null && value - next < BigInt(bytes ?? 0) ? [{ column, next: value + 1n }] : [],
      ),
    );
    if (hint !== null && sequence.increment > 0n) hints.set(sequence.name, hint);
    const floor = floorOf(sequence, loads);
    if (floor === null) continue;
    if (next !== null && isLongJump(sequence, next, floor, options.maxJump ?? 50))
      heldBack.push({ name: sequence.name, floor });
    else floors.set(sequence.name, floor);
  }
  const nothing: FixReport = {
    database: databaseReport(inspection.server, db),
    summary: summary([]),
    sequences: [],
    findings: [],
    leftOut: { extensions: 0, closedSchemas: 0, system: 0 },
    script: null,
    holders: [],
    stopped: undefined,
  };
  const grants = grantsFor(inspection.server.role, 'move', sequences, inspection.all);
  return { sequences, grants, floors, hints, heldBack, nothing };
}

/** Whether the column is one that rows are loaded into. */
export function isLoaded(fed: FedColumn, { target, columns }: TableLoad): boolean {
  return target.family.includes(fed.relationOid) && columns.some((pair) => pair.target.name === fed.column);
}

/** What the next value must be at least: the source's own next, and one more than what it has stored. Null: it says nothing. */
function floorOf(sequence: SurveyedSequence, loads: readonly TableLoad[]): bigint | null {
  const { up, back } = upward(sequence, []);
  return furthestSaid(sequence, loads, ({ counters, furthest }) => [
    ...counters,
    ...furthest.map(({ column, value }) => ({ column, next: back(up(value) + 1n) })),
  ]);
}

/** The furthest of what is said about the columns that the sequence feeds; null where nothing is. */
function furthestSaid(
  sequence: SurveyedSequence,
  loads: readonly TableLoad[],
  say: (table: SourceTable) => readonly { readonly column: string; readonly next: bigint }[],
): bigint | null {
  const { up, back } = upward(sequence, []);
  const said = loads.flatMap((load) =>
    sequence.columns
      .filter(
        (fed) => isLoaded(fed, load) && fed.incomparable === null && fed.block?.from === 0n && fed.block.to === 0n,
      )
      .flatMap((fed) => {
        const source = load.columns.find((pair) => pair.target.name === fed.column)?.source;
        return say(load.table).flatMap(({ column, next }) => (column === source ? [up(next)] : []));
      }),
  );
  return said.length === 0 ? null : back(said.reduce((a, b) => (a > b ? a : b)));
}

/** `fix` for these sequences alone: they are surveyed by their oids, and named, so that those of extensions count too. */
export async function fixLoaded(
  db: Queryable,
  { sequences, floors, nothing }: LoadedSequences,
  options: FixOptions,
): Promise<FixReport> {
  if (sequences.length === 0) return nothing;
  const patterns = sequences.map(({ schema, sequence }) => `${exactly(schema)}.${exactly(sequence)}`);
  const oids = sequences.map(({ oid }) => oid);
  return await fixOnly(db, oids, { ...options, sequences: patterns, floors, wait: 0 });
}

/** A name as a pattern that matches nothing else. */
function exactly(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The last of some reports, and in it the moves of all. */
export function together(reports: readonly FixReport[]): FixReport {
  const last = reports.at(-1) as FixReport;
  const sequences = last.sequences.map((now): FixedSequence => {
    const moves = reports.flatMap((report) =>
      report.sequences.filter(({ name, action }) => name === now.name && action === 'moved'),
    );
    const [first] = moves;
    if (first === undefined || now.action === 'failed') return now;
    const { lastValue, isCalled } = now;
    const after = lastValue === null || isCalled === null ? first.after : { lastValue, isCalled, next: now.next };
    return { ...now, action: 'moved', before: first.before, after, method: moves.at(-1)?.method ?? null };
  });
  return { ...last, sequences };
}
