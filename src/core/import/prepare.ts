import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { type Asking, relations as askRelations } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { refuseReadOnly } from '../fix.ts';
import { askServer, cautions, type Server } from '../server.ts';
import { matchTables, type Relation } from './match.ts';
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
  asking: Asking,
  sources: readonly Source[],
  options: ImportOptions,
): Promise<Prepared> {
  const server = await askServer(db, asking);
  for (const caution of cautions(server, options.offering)) options.onCaution?.(caution);
  refuseReadOnly({ server });
  const mistakes = new Mistakes();
  const known = (await askRelations(db, asking)) as unknown as Relation[];
  const naming = { tables: options.tables ?? [], renameTables: options.renameTables ?? new Map<string, string>() };
  const pairs = matchTables(sources, known, server.searchPath, naming, mistakes);
  const found = await readTargets(db, asking, [...new Set(pairs.map(({ relation }) => relation.oid))]);
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
  refuseImmovable(sequences, plan.loads, server.role, mistakes);
  mistakes.finish();
  return { ...plan, server, sequences };
}

/** A sequence that could not follow would be left behind ids that are stored. */
function refuseImmovable(
  { sequences }: LoadedSequences,
  loads: readonly TableLoad[],
  role: string,
  mistakes: Mistakes,
): void {
  for (const { name, schema, sequence, drawable, readable, columns } of sequences) {
    const fed = columns.filter(
      (column) => column.incomparable === null && loads.some((load) => isLoaded(column, load)),
    );
    if (fed.length === 0) continue;
    if (!drawable || !readable)
      mistakes.add(
        `permission denied for sequence ${name}, which must be moved beyond the imported ids`,
        `grant usage, select on sequence ${quoteRelation(schema, sequence)} to ${quoteIdentifier(role)};`,
      );
    for (const { unreadable, table, schema: place, column, name: shown } of fed)
      if (unreadable === 'permission')
        mistakes.add(
          `permission denied for ${shown}: pgseq must read its furthest id`,
          `grant select (${quoteIdentifier(column)}) on ${quoteRelation(place, table)} to ${quoteIdentifier(role)};`,
        );
  }
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
