import type { LoadSession } from '../pg/query/target.ts';
import type { LoadReport } from '../core/model/load-report.ts';
import { importFrom } from './import.ts';
import type { ImportOptions } from './options.ts';
import { type RowsOfTable, sourceOfRows } from './rows.ts';
import type { Source } from './source.ts';

/**
 * Loads rows into tables, by the tables' names: all or nothing, ids kept, and every sequence beyond them. `db` is what
 * `queryable` of `pgseq/pg` makes of a client; where that has a transaction open, all of it becomes a part of it.
 * Throws a Problem that names the row which does not fit; nothing was imported then.
 */
export async function importRows(
  db: LoadSession,
  tables: Readonly<Record<string, RowsOfTable>>,
  options: ImportOptions = {},
): Promise<LoadReport> {
  const sources: Source[] = [];
  try {
    for (const [table, rows] of Object.entries(tables)) sources.push(await sourceOfRows(table, rows));
    return await importFrom(db, sources, options);
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}
