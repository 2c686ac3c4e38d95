import type { Mistakes } from './mistakes.ts';
import { pairOption, pick, whatFits } from './table-name.ts';
import type { SourceTable } from './source.ts';
import type { TargetColumn, TargetTable } from './target-table.ts';

/** A column of the source, and the one that it goes into. */
export interface ColumnPair {
  readonly source: string;
  readonly target: TargetColumn;
}

/** What the user said about columns: the source's name, or `table.name`, → the target's; null leaves it out. */
export type ColumnMap = ReadonlyMap<string, string | null>;

/**
 * Finds the column that each column of a source goes into: what --map says, else what has its very name, else the only one that
 * has it but for its case. Pure. What it cannot find goes to `mistakes`. `used` gets the entries of the map that meant something.
 */
export function matchColumns(
  sourceName: string,
  table: SourceTable,
  target: TargetTable,
  map: ColumnMap,
  used: Set<string>,
  mistakes: Mistakes,
): ColumnPair[] {
  const open = target.columns.filter(({ generated }) => !generated);
  const names = table.columns ?? anyOf(open, map);
  const isNone = !names.some(
    (name) => map.has(name) || map.has(`${table.name}.${name}`) || pick(target.columns, name, (one) => one.name),
  );
  if (isNone && table.columns !== null && names.length > 1 && table.bytes !== null) {
    mistakes.add(
      `${sourceName}: none of the names in its first line is a column of ${target.display}: ${names.join(', ')}`,
      `its columns: ${open.map(({ name }) => name).join(', ')}`,
      `if that line is already a row, name the columns in order: --columns ${open.map(({ name }) => name).join(',')}`,
    );
    return [];
  }
  const taken = new Map<string, string>();
  const pairs = names.flatMap((source): ColumnPair[] => {
    const key = [`${table.name}.${source}`, source].find((name) => map.has(name));
    const wanted = key === undefined ? source : map.get(key);
    if (key !== undefined) used.add(key);
    if (wanted === null || wanted === undefined) return [];
    const column = pick(target.columns, wanted, ({ name }) => name);
    if (column === undefined) {
      const fits = whatFits(
        wanted,
        open.map(({ name }) => name),
      );
      mistakes.add(
        `${sourceName}: ${target.display} has no column ${wanted}`,
        fits,
        `${pairOption('--map', source, '…')} names the column to load it into; ${pairOption('--map', source, '')} leaves it out`,
      );
      return [];
    }
    const other = taken.get(column.name);
    taken.set(column.name, source);
    if (other !== undefined) {
      mistakes.add(`${sourceName}: ${other} and ${source} would both be loaded into ${target.display}.${column.name}`);
      return [];
    }
    if (column.generated) {
      mistakes.add(
        `${sourceName}: ${target.display}.${column.name} is generated: PostgreSQL computes it`,
        `leave it out: ${pairOption('--map', source, '')}`,
      );
      return [];
    }
    return [{ source, target: column }];
  });
  if (pairs.length === 0 && names.length > 0)
    mistakes.add(`${sourceName}: no column is left to load into ${target.display}`);
  return pairs;
}

/** Rows that name their columns one by one may have any of the table's, by the names that the map knows. */
function anyOf(columns: readonly TargetColumn[], map: ColumnMap): string[] {
  const old = new Map([...map].flatMap(([source, target]) => (target === null ? [] : [[target, source] as const])));
  return columns.map(({ name }) => (old.get(name) ?? name).replace(/^.*\./s, ''));
}
