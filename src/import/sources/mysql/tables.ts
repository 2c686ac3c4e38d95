import type { Connection } from 'mysql2';
import { chosen } from '../chosen.ts';
import { strangeAnswer } from './connect.ts';
import { ask, quote } from './session.ts';

/** A column, as information_schema has it. */
export interface Column {
  readonly name: string;
  /** In lower case: `bigint`, `enum`. */
  readonly dataType: string;
  /** Of a BIT: how many. */
  readonly precision: number;
  readonly generated: boolean;
  readonly autoIncrement: boolean;
  /** A part of the primary key. */
  readonly key: boolean;
}

/** A table of the database, or a view. */
export interface Table {
  readonly name: string;
  readonly onlyWhenNamed: boolean;
  /** InnoDB reads as of the moment at which the transaction began; others do not. */
  readonly engine: string | null;
  readonly columns: readonly Column[];
  /** An estimate. */
  readonly rows: bigint | null;
  /** What AUTO_INCREMENT would hand out next; null when there is none, or nothing is known. */
  readonly autoIncrement: bigint | null;
}

/** The tables in the order of their names; views and sequences are not among them unless a view is named. */
export async function readTables(connection: Connection, names: readonly string[], source: string): Promise<Table[]> {
  const columns = await ask(
    connection,
    `select table_name, column_name, data_type, numeric_precision, extra, column_key from information_schema.columns
     where table_schema = database() order by table_name, ordinal_position`,
    6,
  );
  const byTable = new Map<string, Column[]>();
  for (const [table, ...column] of columns) {
    const others = byTable.get(table ?? '') ?? [];
    if (others.length === 0) byTable.set(table ?? '', others);
    others.push(columnOf(column, table ?? ''));
  }
  const rows = await ask(
    connection,
    `select table_name, table_type, engine, table_rows, auto_increment from information_schema.tables
     where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') order by table_name`,
    5,
  );
  const all = rows.map(
    ([name, type, engine, count, next]): Table => ({
      name: name ?? '',
      onlyWhenNamed: type === 'VIEW',
      engine: engine ?? null,
      columns: byTable.get(name ?? '') ?? [],
      rows: integer(count, `table_rows of ${name}`),
      autoIncrement: integer(next, `auto_increment of ${name}`),
    }),
  );
  return chosen(all, names, source);
}

function columnOf([name, dataType, precision, extra, key]: readonly (string | null)[], table: string): Column {
  return {
    name: name ?? '',
    dataType: (dataType ?? '').toLowerCase(),
    precision: Number(integer(precision, `numeric_precision of ${table}.${name}`) ?? 0n),
    generated: /(?:virtual|stored) generated|persistent/i.test(extra ?? ''),
    autoIncrement: /auto_increment/i.test(extra ?? ''),
    key: key === 'PRI',
  };
}

/** Where a column of whole numbers stands. */
export interface MysqlPosition {
  readonly column: string;
  readonly furthest: bigint | null;
  /** What AUTO_INCREMENT would hand out next; null for other columns. */
  readonly next: bigint | null;
}

/** How far the columns reach that are counted up, or that are the whole primary key. */
export async function standings(connection: Connection, table: Table): Promise<MysqlPosition[]> {
  const keys = table.columns.filter(({ key }) => key);
  const counted = table.columns.filter(
    ({ dataType, autoIncrement, key }) => dataType.endsWith('int') && (autoIncrement || (key && keys.length === 1)),
  );
  const found: MysqlPosition[] = [];
  for (const { name, autoIncrement } of counted) {
    const [row] = await ask(connection, `select max(${quote(name)}) from ${quote(table.name)}`, 1);
    const furthest = integer(row?.[0], `the largest ${table.name}.${name}`);
    const beyond = (furthest ?? 0n) + 1n;
    const next = table.autoIncrement === null || table.autoIncrement < beyond ? beyond : table.autoIncrement;
    found.push({ column: name, furthest, next: autoIncrement ? next : null });
  }
  return found;
}

function integer(text: string | null | undefined, what: string): bigint | null {
  if (text === null || text === undefined) return null;
  if (!/^-?\d{1,20}$/.test(text))
    throw strangeAnswer(`${what} is ${JSON.stringify(text.slice(0, 40))}, which is not a whole number`);
  return BigInt(text);
}
