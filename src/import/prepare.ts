import { type QueryOptions, relations as askRelations } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { refuseReadOnly } from '../core/fix.ts';
import { askServer, cautions, type Server } from '../core/survey/server.ts';
import { matchTables, type TargetRelation } from './match.ts';
import { Mistakes } from './mistakes.ts';
import type { ImportOptions } from './options.ts';
import { type ImportPlan, planImport, type TableLoad } from './plan.ts';
import { fixOptions, isLoaded, type LoadedSequences, sequencesOf } from './sequences.ts';
import type { Source } from './source.ts';
import { readTargets, type TargetTable } from './target-table.ts';

/** What is going to be done, and whether it can be. */
export interface Prepared extends ImportPlan {
  readonly server: Server;
  readonly sequences: LoadedSequences;
}

/** Reads the catalogs, plans, and throws one Problem that tells every mistake. Changes nothing, and reads no row. */
export async function prepare(
  db: Queryable,
  queryOptions: QueryOptions,
  sources: readonly Source[],
  options: ImportOptions,
): Promise<Prepared> {
  const server = await askServer(db, queryOptions);
  for (const caution of cautions(server, options.offering)) options.onCaution?.(caution);
  refuseReadOnly({ server });
  const mistakes = new Mistakes();
  const known = (await askRelations(db, queryOptions)) as unknown as TargetRelation[];
  const naming = { tables: options.tables ?? [], renameTables: options.renameTables ?? new Map<string, string>() };
  const pairs = matchTables(sources, known, server.searchPath, naming, mistakes);
  const found = await readTargets(db, queryOptions, [...new Set(pairs.map(({ relation }) => relation.oid))]);
  const plan = planImport(
    pairs,
    new Map(found.map((target) => [target.oid, target])),
    {
      map: options.map ?? new Map<string, string>(),
      onConflict: options.onConflict ?? 'error',
      truncate: options.truncate ?? false,
      dryRun: options.dryRun ?? false,
      role: server.role,
    },
    mistakes,
  );
  const sequences = await sequencesOf(db, plan.loads, fixOptions(options));
  refuseImmovable(sequences, plan.loads, mistakes);
  mistakes.finish();
  return { ...plan, server, sequences };
}

/** A sequence that could not follow would be left behind ids that are stored. */
function refuseImmovable(
  { sequences, grants }: LoadedSequences,
  loads: readonly TableLoad[],
  mistakes: Mistakes,
): void {
  const loaded = sequences.flatMap((sequence) => {
    const fed = sequence.columns.filter(
      (column) => column.incomparable === null && loads.some((load) => isLoaded(column, load)),
    );
    return fed.length === 0 ? [] : [{ name: sequence.name, lacked: grants.ofSequence(sequence), fed }];
  });
  const still = loaded.filter(({ lacked }) => lacked.length > 0);
  const [one, ...more] = still;
  if (one !== undefined)
    mistakes.add(
      more.length === 0
        ? `permission denied for sequence ${one.name}, which must be moved beyond the imported ids`
        : `permission denied for sequences ${still.map(({ name }) => name).join(', ')}, which must be moved beyond the imported ids`,
      ...new Set(still.flatMap(({ lacked }) => lacked)),
    );
  for (const column of loaded.flatMap(({ fed }) => fed))
    if (column.unreadable === 'permission')
      mistakes.add(`permission denied for ${column.name}: pgseq must read its furthest id`, ...grants.ofColumn(column));
}

const bits = { insert: 4, update: 16, truncate: 32 };

/** What is to be known before the first row: triggers that will fire, and who will wait. */
export function consequences({ loads }: Prepared, { onConflict, truncate, dryRun }: ImportOptions): string[] {
  const targets = [...new Set(loads.map(({ target }) => target))];
  const fired = bits.insert | (onConflict === 'update' ? bits.update : 0) | (truncate === true ? bits.truncate : 0);
  const triggers = targets.flatMap((target) => firing(target, fired));
  return [
    ...triggers.map(
      ({ target, line }) => `${target} has a trigger, which ${dryRun === true ? 'would fire' : 'will fire'}: ${line}`,
    ),
    ...(truncate === true
      ? [
          `${targets.map(({ display }) => display).join(', ')} ${dryRun === true ? 'would be' : 'will be'} emptied: readers wait until the whole import is committed`,
        ]
      : []),
  ];
}

/** Sequences that are not moved to where the source says. */
export function heldBack({ sequences }: Prepared): string[] {
  return sequences.heldBack.map(
    ({ name, floor }) =>
      `${name} was not moved to ${floor}, the counter of the source: that would use up too many values for what may be one outlying id (--max-jump)`,
  );
}

function firing({ display, triggers }: TargetTable, fired: number): { target: string; line: string }[] {
  return triggers
    .filter(({ type }) => (type & fired) !== 0)
    .map(({ name, function: called, guard }) => ({
      target: display,
      line: `${name}, which calls ${called}${guard ? ' (a guard of pgseq)' : ''}`,
    }));
}
