import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { nearest } from '../../pg/nearest.ts';
import { Problem } from '../../pg/problem.ts';
import type { TargetColumn, TargetTable } from './facts.ts';
import type { SourceTable } from './source.ts';

/** The rows of a table of a source, and the table that they are for. */
export interface Pair {
  /** How messages call the source. */
  readonly from: string;
  readonly source: SourceTable;
  readonly target: TargetTable;
}

/** One load: which column goes where. */
export interface Load extends Pair {
  readonly columns: readonly { readonly source: string; readonly column: TargetColumn }[];
}

export interface PlanOptions {
  /** Columns of the source that are called otherwise in the target. */
  readonly map: ReadonlyMap<string, string>;
  readonly onConflict: 'error' | 'skip' | 'update';
  readonly truncate: boolean;
  /** The role that loads. */
  readonly role: string;
}

/** A table's name for messages. */
export function nameOf({ schema, name }: Pick<TargetTable, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

/** Finds for every column of every source its place. Pure. Throws one Problem that tells every mistake. */
export function planLoads(pairs: readonly Pair[], options: PlanOptions): Load[] {
  const mistakes: string[] = [];
  const loads = pairs.map((pair): Load => {
    mistakes.push(...refusals(pair, options));
    return { ...pair, columns: columnsOf(pair, options, mistakes) };
  });
  for (const load of loads) mistakes.push(...grants(load, options));
  if (mistakes.length > 0) throw new Problem(mistakes.join('\n'), { hint: 'nothing was imported' });
  return loads;
}

function refusals({ target }: Pair, { truncate, role }: PlanOptions): string[] {
  const name = nameOf(target);
  if (target.kind !== 'table')
    return [`${name} is a ${target.kind === 'view' ? 'view' : 'foreign table'}: name the table that holds the rows`];
  return [
    ...(target.schemaUsage
      ? []
      : [
          `${name}: ${role} may not use its schema: grant usage on schema ${quoteIdentifier(target.schema)} to ${quoteIdentifier(role)};`,
        ]),
    ...(target.rowSecurity
      ? [
          `${name} has row-level security, by which rows might be refused one by one: import as its owner, or as a role with BYPASSRLS`,
        ]
      : []),
    ...(truncate && !target.canTruncate
      ? [
          `${name}: ${role} may not empty it: grant truncate on ${quoteRelation(target.schema, target.name)} to ${quoteIdentifier(role)};`,
        ]
      : []),
  ];
}

function columnsOf({ from, source, target }: Pair, { map }: PlanOptions, mistakes: string[]): Load['columns'] {
  const taken = new Map<string, string>();
  return (source.columns ?? []).flatMap((name) => {
    const wanted = map.get(name) ?? name;
    const column = matching(wanted, target.columns);
    if (column === undefined) {
      mistakes.push(unknownColumn(from, name, wanted, target));
      return [];
    }
    if (column.generated) {
      mistakes.push(`${nameOf(target)}.${column.name} is a generated column: its values are computed, not imported`);
      return [];
    }
    const other = taken.get(column.name);
    if (other !== undefined)
      mistakes.push(`${from}: both ${other} and ${name} would go to ${nameOf(target)}.${column.name}`);
    taken.set(column.name, name);
    return [{ source: name, column }];
  });
}

/** By its name as it is, else the only one that differs in upper and lower case alone. */
function matching(wanted: string, columns: readonly TargetColumn[]): TargetColumn | undefined {
  const exact = columns.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact;
  const folded = columns.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

function unknownColumn(from: string, name: string, wanted: string, target: TargetTable): string {
  const names = target.columns.filter(({ generated }) => !generated).map((column) => column.name);
  const near = nearest(wanted, names);
  const advice = near === undefined ? `say where it goes: --map ${name}=…` : `did you mean --map ${name}=${near}?`;
  return `${from}: ${nameOf(target)} has no column ${JSON.stringify(wanted)}; it has ${names.join(', ')}; ${advice}`;
}

function grants({ target, columns }: Load, { role, onConflict }: PlanOptions): string[] {
  if (target.kind !== 'table') return [];
  const needs = [
    'insert',
    ...(onConflict === 'error' ? [] : ['select']),
    ...(onConflict === 'update' ? ['update'] : []),
  ];
  const missing = needs.filter((need) => columns.some(({ column }) => !column[need as 'insert' | 'select' | 'update']));
  if (missing.length === 0) return [];
  return [
    `${nameOf(target)}: ${role} may not ${missing.join(', ')}: grant ${missing.join(', ')} on ${quoteRelation(target.schema, target.name)} to ${quoteIdentifier(role)};`,
  ];
}

/**
 * The loads in an order in which every foreign key finds its row: what is referred to first. A key that can be deferred may wait for
 * the end. Throws a Problem for a circle of keys that cannot. Pure.
 */
export function inOrder(loads: readonly Load[]): Load[] {
  const left = [...loads];
  const done: Load[] = [];
  const isOpen = (oid: string): boolean => left.some(({ target }) => target.oid === oid);
  while (left.length > 0) {
    const ready = left.findIndex(({ target }) =>
      hard(target).every(({ table }) => table === target.oid || !isOpen(table)),
    );
    const [next] = ready < 0 ? [] : left.splice(ready, 1);
    if (next === undefined) throw circle(left);
    done.push(next);
  }
  return done;
}

function hard({ references }: TargetTable): TargetTable['references'] {
  return references.filter(({ deferrable }) => !deferrable);
}

function circle(left: readonly Load[]): Problem {
  const tables = left.map(({ target }) => nameOf(target)).join(', ');
  const statements = left.flatMap(({ target }) =>
    hard(target)
      .filter(({ table }) => table !== target.oid && left.some((other) => other.target.oid === table))
      .map(
        ({ name }) =>
          `alter table ${quoteRelation(target.schema, target.name)} alter constraint ${quoteIdentifier(name)} deferrable;`,
      ),
  );
  return new Problem(`${tables} refer to one another, so that none can be loaded first`, {
    hint: `let one of these keys wait for the end of the transaction:\n${statements.join('\n')}`,
  });
}
