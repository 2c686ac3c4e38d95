import type { Connection } from 'mysql2';
import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { errorCode } from '../../../pg/sqlstate.ts';
import type { Value } from '../lines.ts';
import type { SourceOptions } from '../options.ts';
import { mostInOne } from '../../../pg/limit.ts';
import { connect, hangingUp, refusal } from './connect.ts';
import { linesOf, quote, tell } from './session.ts';
import { readTables, type MysqlPosition, standings, type Table } from './tables.ts';
import { type MysqlSettings, readMysqlUrl } from './url.ts';
import { readingOf, type ZeroDates } from './values.ts';

/** Not every server has each of them. */
const settingsOfSession = [
  "sql_mode = ''", // quotes, and what || means
  "time_zone = '+00:00'",
  'net_write_timeout = 31536000', // PostgreSQL may keep us waiting
  'wait_timeout = 2147483',
  'max_execution_time = 0', // MySQL
  'max_statement_time = 0', // MariaDB
  'idle_transaction_timeout = 0',
  'idle_readonly_transaction_timeout = 0',
  'information_schema_stats_expiry = 0', // MySQL 8 would answer with a counter of yesterday
  'transaction isolation level repeatable read',
];

const unknownVariable = 'ER_UNKNOWN_SYSTEM_VARIABLE';

/**
 * Opens a database of MySQL or MariaDB, read only and as of one moment (tables of InnoDB; a note names others). Throws a Problem
 * for what cannot be reached or read.
 */
export async function open(spec: string, options: SourceOptions): Promise<Source> {
  const settings = readMysqlUrl(spec, options);
  if (settings.ignored.length > 0) options.onNote(`ignored in the URL of the source: ${settings.ignored.join(', ')}`);
  options.signal?.throwIfAborted();
  const { signal, onNote } = options;
  const connection = await connect(settings, { signal, onNote, mostInOne: options.maxElement ?? mostInOne });
  const hangUp = hangingUp(connection);
  options.signal?.addEventListener('abort', hangUp, { once: true });
  const close = async (): Promise<void> => {
    options.signal?.removeEventListener('abort', hangUp);
    connection.destroy();
  };
  try {
    await begin(connection);
    const tables: SourceTable[] = [];
    for (const table of await readTables(connection, options.tables, settings.name)) {
      remark(table, options.onNote);
      const standing = table.onlyWhenNamed ? [] : await standings(connection, table);
      tables.push(sourceTable(connection, settings, table, standing, options.zeroDates));
    }
    return { name: settings.name, tables, close };
  } catch (error) {
    await close();
    options.signal?.throwIfAborted();
    throw refusal(error, settings);
  }
}

async function begin(connection: Connection): Promise<void> {
  await tell(connection, 'set names utf8mb4');
  for (const setting of settingsOfSession)
    await tell(connection, `set session ${setting}`).catch((error: unknown) => {
      if (errorCode(error) !== unknownVariable) throw error;
    });
  await tell(connection, 'start transaction with consistent snapshot, read only');
}

function remark({ name, engine, columns, onlyWhenNamed }: Table, onNote: (note: string) => void): void {
  const generated = columns.filter((column) => column.generated).map((column) => column.name);
  if (generated.length > 0)
    onNote(`${name}: ${generated.join(', ')} ${generated.length > 1 ? 'are' : 'is'} generated, and left out`);
  if (!onlyWhenNamed && engine?.toLowerCase() !== 'innodb')
    onNote(
      `${name} uses ${engine ?? 'an unknown engine'}: it is read when its turn comes, so changes made during the import may be missing or included`,
    );
}

function sourceTable(
  connection: Connection,
  settings: MysqlSettings,
  table: Table,
  standing: readonly MysqlPosition[],
  zeroDates: ZeroDates,
): SourceTable {
  return {
    name: table.name,
    schema: null,
    columns: table.columns.filter(({ generated }) => !generated).map(({ name }) => name),
    counters: standing.flatMap(({ column, next }) => (next === null ? [] : [{ column, next }])),
    furthest: standing.flatMap(({ column, furthest }) => (furthest === null ? [] : [{ column, value: furthest }])),
    rows: table.rows,
    bytes: null,
    read: (wanted): RowStream => ({
      format: { kind: 'text' },
      chunks: chunksOf(connection, settings, table, wanted, zeroDates),
      placeOf: (line) => ({ line: null, row: line }),
      position: () => null,
    }),
  };
}

async function* chunksOf(
  connection: Connection,
  settings: MysqlSettings,
  table: Table,
  { columns, signal }: Wanted,
  zeroDates: ZeroDates,
): AsyncGenerator<Uint8Array> {
  try {
    const readings = columns.map(({ source, type }) => {
      const column = table.columns.find(({ name }) => name === source);
      if (column === undefined) throw new Error(`${table.name} has no column ${source}`);
      return readingOf(column, table.name, type, zeroDates);
    });
    const sql = `select ${readings.map((reading) => reading.sql).join(', ')} from ${quote(table.name)}`;
    const convert = (row: readonly (Buffer | null)[]): Value[] =>
      readings.map((reading, index) => {
        const bytes = row[index] ?? null;
        return bytes === null ? null : reading.convert(bytes);
      });
    for await (const chunk of linesOf(connection, sql, readings.length, convert)) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(error, settings);
  }
}
