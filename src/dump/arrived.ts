import type { LoadedTable, UnloadedTable } from '../core/model/load-report.ts';
import { type DumpRelation, keyOf } from './contents.ts';
import type { Filled } from './filled.ts';

/** A table whose rows were to come. */
export interface Expected extends DumpRelation {
  /** How many, as a script says; null for an archive, which does not. */
  readonly rows: bigint | null;
}

/** What the program said, and how it ended. */
export interface ReportedRows {
  /** The tables whose rows it began to load, as it calls them; null where it does not say. */
  readonly begun: ReadonlySet<string> | null;
  /** What it could not load, and why, by the keys of tables. */
  readonly failed: ReadonlyMap<string, string>;
  /** It ended well, and complained of nothing. */
  readonly isClean: boolean;
}

/** What became of the tables whose rows were to come: which are loaded, and which are not. Pure. */
export function arrived(
  expected: readonly Expected[],
  before: ReadonlyMap<string, Filled>,
  after: ReadonlyMap<string, Filled>,
  told: ReportedRows,
): { readonly tables: LoadedTable[]; readonly notLoaded: UnloadedTable[] } {
  const tables: LoadedTable[] = [];
  const notLoaded: UnloadedTable[] = [];
  for (const table of expected) {
    const name = `${table.schema}.${table.name}`;
    const rows = rowsOf(table, before, after);
    const leave = (state: UnloadedTable['state'], reason: string): void =>
      void notLoaded.push({ name, state, rows, expected: table.rows, reason });
    const failure = told.failed.get(keyOf(table));
    if (!after.has(keyOf(table))) leave('missing', 'no such table');
    else if (failure !== undefined) leave('failed', failure);
    // A trigger, a rule or a conflict may leave rows out, and no fault in it
    else if (told.isClean) tables.push({ name, rows: rows ?? table.rows });
    else if (table.rows !== null && rows !== null && rows < table.rows) leave('failed', 'see the errors');
    else if (rows !== null && (rows > 0n || told.begun?.has(name) === true)) tables.push({ name, rows });
    // What it calls a table with a space or a line break in its name, nobody can tell
    else if (told.begun !== null && !told.begun.has(name) && !/\s/.test(name))
      leave('failed', 'the program never began to load its rows');
    else if (told.begun?.has(name) === true) tables.push({ name, rows });
    else leave('unknown', 'its rows could not be counted, and there were errors');
  }
  return { tables, notLoaded };
}

/** The rows that a table has more than before; null where that cannot be told. */
function rowsOf(
  table: Expected,
  before: ReadonlyMap<string, Filled>,
  after: ReadonlyMap<string, Filled>,
): bigint | null {
  const [was, is] = [before.get(keyOf(table)), after.get(keyOf(table))];
  if (is === undefined) return 0n;
  if (is.rows === null || was === undefined || was.oid !== is.oid) return is.rows;
  if (was.rows === null) return null;
  const more = is.rows > was.rows ? is.rows - was.rows : 0n;
  // Others may insert beside the load
  return table.rows !== null && more > table.rows ? table.rows : more;
}
