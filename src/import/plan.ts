import { quoteIdentifier, quoteRelation } from '../pg/identifier.ts';
import { type ColumnMap, type ColumnPair, matchColumns } from './columns.ts';
import type { Pair } from './match.ts';
import type { Mistakes } from './mistakes.ts';
import { orderByReferences } from './order.ts';
import type { Source, SourceTable } from './source.ts';
import type { ForeignKey, TargetTable } from './target-table.ts';

/** What to do with a row whose key is there already. */
export type OnConflict = 'error' | 'skip' | 'update';

/** Rows of one table of a source, and where they go. */
export interface TableLoad {
  readonly source: Source;
  readonly table: SourceTable;
  readonly target: TargetTable;
  readonly columns: readonly ColumnPair[];
  /** With `update`: the columns that tell which row is the same. */
  readonly key: readonly string[];
}

export interface ImportPlan {
  /** In the order of loading. */
  readonly loads: readonly TableLoad[];
  readonly deferred: readonly ForeignKey[];
}

export interface PlanOptions {
  readonly map: ColumnMap;
  readonly onConflict: OnConflict;
  readonly truncate: boolean;
  readonly dryRun: boolean;
  /** Who loads: for the grants that are missing. */
  readonly role: string;
}

/** What is loaded where, and in which order. Pure. What is wrong goes to `mistakes`, all of it; the plan counts only without any. */
export function planImport(
  pairs: readonly Pair[],
  targets: ReadonlyMap<string, TargetTable>,
  options: PlanOptions,
  mistakes: Mistakes,
): ImportPlan {
  const used = new Set<string>();
  const loads = pairs.flatMap(({ source, table, relation }): TableLoad[] => {
    const target = targets.get(relation.oid);
    if (target === undefined) {
      mistakes.add(`${relation.display} was dropped just now`);
      return [];
    }
    const name = table.name === null || source.tables.length === 1 ? source.name : `${source.name}, ${table.name}`;
    const columns = matchColumns(name, table, target, options.map, used, mistakes);
    refuseTarget(target, options, mistakes);
    refusePrivileges(target, columns, options, mistakes);
    return [
      { source, table, target, columns, key: options.onConflict === 'update' ? keyOf(target, columns, mistakes) : [] },
    ];
  });
  for (const [name] of options.map)
    if (!used.has(name)) mistakes.add(`--map ${name}: no source has a column with this name`);
  if (loads.length === 0 && mistakes.isEmpty)
    mistakes.add('nothing to import: the sources have none of the requested tables');
  const tables = [...new Set(loads.map(({ target }) => target))];
  const order = orderByReferences(tables);
  if (order.stuck.length > 0) refuseCircle(order.stuck, mistakes);
  if (options.truncate) refuseTruncate(tables, options.role, mistakes);
  return {
    loads: order.tables.flatMap((table) => loads.filter(({ target }) => target === table)),
    deferred: order.deferred,
  };
}

function refuseTarget(target: TargetTable, { dryRun }: PlanOptions, mistakes: Mistakes): void {
  if (target.kind === 'view')
    mistakes.add(`${target.display} is a view`, 'name the table that stores its rows: --rename-table');
  if (target.kind === 'foreign')
    mistakes.add(`${target.display} is a foreign table`, 'load the table behind it, on its own server');
  if (target.rowSecurity)
    mistakes.add(
      `${target.display} has row-level security, and COPY does not work under it`,
      'load as its owner, or as a role with BYPASSRLS: --role',
    );
  if (dryRun && !target.canSelect && target.kind !== 'view')
    mistakes.add(`${target.display}: a dry run copies it, which needs SELECT`);
}

function refusePrivileges(
  target: TargetTable,
  columns: readonly ColumnPair[],
  { onConflict, role }: PlanOptions,
  mistakes: Mistakes,
): void {
  const to = quoteIdentifier(role);
  const table = quoteRelation(target.schema, target.name);
  if (target.schemaClosed)
    mistakes.add(
      `permission denied for schema ${target.schema}`,
      `grant usage on schema ${quoteIdentifier(target.schema)} to ${to};`,
    );
  const wanted = columns.map(({ target: column }) => column);
  const missing = [
    ...(wanted.every(({ canInsert }) => canInsert) ? [] : ['insert']),
    ...(onConflict === 'error' || wanted.every(({ canSelect }) => canSelect) ? [] : ['select']),
    ...(onConflict !== 'update' || wanted.every(({ canUpdate }) => canUpdate) ? [] : ['update']),
  ];
  if (missing.length > 0)
    mistakes.add(`permission denied for table ${target.display}`, `grant ${missing.join(', ')} on ${table} to ${to};`);
}

/** The primary key, else the first unique columns, that the rows bring. */
function keyOf(target: TargetTable, columns: readonly ColumnPair[], mistakes: Mistakes): readonly string[] {
  const brought = new Set(columns.map(({ target: column }) => column.name));
  const key = target.uniques.find((unique) => unique.columns.every((column) => brought.has(column)));
  if (key === undefined)
    mistakes.add(
      `${target.display}: --on-conflict update needs a primary key or unique columns among the loaded ones`,
      target.uniques.length === 0
        ? 'the table has none'
        : `it has: ${target.uniques.map((unique) => unique.columns.join(' and ')).join('; ')}`,
    );
  return key?.columns ?? [];
}

function refuseCircle(stuck: readonly { table: TargetTable; key: ForeignKey }[], mistakes: Mistakes): void {
  const tables = [...new Set(stuck.map(({ table }) => table.display))];
  mistakes.add(
    `${tables.join(', ')} refer to each other, so none of them can be loaded first: ${stuck.map(({ key }) => key.name).join(', ')}`,
    'make one of the foreign keys deferrable, so that it is checked at the end of the import:',
    ...stuck.map(
      ({ table, key }) =>
        `alter table ${quoteRelation(table.schema, table.name)} alter constraint ${quoteIdentifier(key.name)} deferrable;`,
    ),
  );
}

function refuseTruncate(tables: readonly TargetTable[], role: string, mistakes: Mistakes): void {
  const loaded = new Set(tables.flatMap(({ family }) => family));
  for (const table of tables) {
    const outside = table.referencedBy.filter(({ oid }) => !loaded.has(oid));
    if (outside.length > 0)
      mistakes.add(
        `--truncate: ${outside.map(({ display }) => display).join(', ')} refers to ${table.display}, but is not loaded`,
        'load it as well, or delete its rows by hand: pgseq never empties a table that nobody named',
      );
    if (!table.canTruncate)
      mistakes.add(
        `--truncate: permission denied for table ${table.display}`,
        `grant truncate on ${quoteRelation(table.schema, table.name)} to ${quoteIdentifier(role)};`,
      );
  }
}
