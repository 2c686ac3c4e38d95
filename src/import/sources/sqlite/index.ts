import { resolve } from 'node:path';
import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { quoteName } from '../../../pg/identifier.ts';
import type { SourceOptions } from '../options.ts';
import { targetKind } from '../target-type.ts';
import { hasBuiltin, openBuiltin } from './builtin.ts';
import { type DateUnit, dateUnit, never } from './dates.ts';
import { inspect, type SqliteFile } from './file.ts';
import { openProgram } from './program.ts';
import type { Reader } from './reader.ts';
import { refusal } from './refusal.ts';
import { readTables, standing, type Table } from './tables.ts';
import { valueSql } from './values.ts';

/**
 * Opens an SQLite file (`sqlite:PATH` or a path), read only and as of one moment: what is in its -wal is read too. In Node 22.13
 * and newer by Node itself, else by the program `sqlite3`. Throws a Problem for a file that cannot be read.
 * `called`: how messages call it, where that is not the path.
 *
 * A writer in rollback-journal mode waits for as long as the source is open; in WAL mode nobody waits.
 */
export async function open(spec: string, options: SourceOptions, called?: string): Promise<Source> {
  const path = spec.replace(/^sqlite:/, '');
  const name = called ?? path;
  const file = await inspect(resolve(options.cwd, path), name);
  let reader: Reader | undefined;
  try {
    reader = hasBuiltin(process.versions.node)
      ? await openBuiltin(file.location)
      : await openProgram(file.location, options);
    const found = await readTables(reader, options.tables, name);
    const tables: SourceTable[] = [];
    for (const table of found) {
      tables.push(await sourceTable(reader, file, name, table));
      const { generated } = table;
      if (generated.length > 0)
        options.onNote(
          `${table.name}: ${generated.join(', ')} ${generated.length > 1 ? 'are' : 'is'} generated, and left out`,
        );
    }
    const opened = reader;
    return { name, tables, close: () => opened.close() };
  } catch (error) {
    await reader?.close();
    options.signal?.throwIfAborted();
    throw refusal(error, name);
  }
}

async function sourceTable(reader: Reader, file: SqliteFile, source: string, table: Table): Promise<SourceTable> {
  const { rows, furthest, next } = table.onlyWhenNamed
    ? { rows: null, furthest: null, next: null }
    : await standing(reader, table);
  const column = table.key?.column ?? '';
  return {
    name: table.name,
    schema: null,
    columns: table.columns,
    counters: next === null ? [] : [{ column, next }],
    furthest: furthest === null ? [] : [{ column, value: furthest }],
    rows,
    bytes: null,
    read: (wanted): RowStream => ({
      format: { kind: 'text' },
      chunks: chunksOf(reader, file, source, table, wanted),
      placeOf: (line) => ({ line: null, row: line }),
      position: () => null,
    }),
  };
}

async function* chunksOf(
  reader: Reader,
  file: SqliteFile,
  source: string,
  table: Table,
  { columns, signal }: Wanted,
): AsyncGenerator<Uint8Array> {
  try {
    const from = quoteName(table.name);
    const units = new Map<string, DateUnit>();
    for (const column of columns)
      if (['timestamp', 'timestamptz', 'date'].includes(targetKind(column.type)))
        units.set(column.source, await unitOf(reader, from, quoteName(column.source)));
    const lines = reader.lines({
      values: (forms) =>
        columns.map((column) => valueSql(column.source, column.type, units.get(column.source) ?? 'unclear', forms)),
      from,
      order: table.order,
    });
    for await (const chunk of lines) {
      signal?.throwIfAborted();
      yield chunk;
    }
    await file.unchanged();
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(error, source);
  }
}

async function unitOf(reader: Reader, from: string, column: string): Promise<DateUnit> {
  const [row] = await reader.ask(
    [`min(${column})`, `max(${column})`, `max(case when ${column} not in (${never.join(', ')}) then ${column} end)`],
    `from ${from} where typeof(${column}) = 'integer'`,
  );
  const [smallest, largest, largestButLast] = (row ?? []).map((value) => (value === null ? null : BigInt(value)));
  return dateUnit(smallest ?? null, largest ?? null, largestButLast ?? null);
}
