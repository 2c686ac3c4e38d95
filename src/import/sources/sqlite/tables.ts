import { quoteName } from '../../../pg/identifier.ts';
import { chosen } from '../chosen.ts';
import type { Reader } from './reader.ts';

/** A table of the file, or a view. */
export interface Table {
  readonly name: string;
  readonly onlyWhenNamed: boolean;
  readonly columns: readonly string[];
  /** Columns whose values SQLite computes from others. */
  readonly generated: readonly string[];
  /** SQL that tells the rows' order; null where nothing does. */
  readonly order: string | null;
  /** The column of whole numbers that is its key. `alias`: of the rowid, so that SQLite hands out values itself. */
  readonly key: { readonly column: string; readonly alias: boolean } | null;
}

interface Listed {
  readonly name: string;
  readonly onlyWhenNamed: boolean;
  readonly view: boolean;
  readonly withoutRowid: boolean;
}

/** The tables in the order in which they were created; not SQLite's own, no virtual ones, nor what those keep their data in. */
export async function readTables(reader: Reader, names: readonly string[], source: string): Promise<Table[]> {
  const rows = await reader.ask(
    ['s.name', 's.type', 'l.wr'],
    `from sqlite_schema s join pragma_table_list l on l.schema = 'main' and l.name = s.name
     where l.type in ('table', 'view') and s.type = l.type and s.name not like 'sqlite\\_%' escape '\\' order by s.rowid`.replaceAll(
      /\s+/g,
      ' ',
    ),
  );
  const all = rows.map(([name, type, withoutRowid]): Listed => {
    const view = type === 'view';
    return { name: name ?? '', view, onlyWhenNamed: view, withoutRowid: withoutRowid === '1' };
  });
  const tables: Table[] = [];
  for (const listed of chosen(all, names, source)) tables.push(await describe(reader, listed));
  return tables;
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Its place in the primary key; 0 when it is no part of it. */
  readonly pk: number;
  readonly generated: boolean;
}

async function describe(reader: Reader, table: Listed): Promise<Table> {
  const literal = quoteText(table.name);
  const columns = (
    await reader.ask(
      ['name', 'type', 'pk', 'hidden'],
      `from pragma_table_xinfo(${literal}) where hidden <> 1 order by cid`,
    )
  ).map(
    ([name, type, pk, hidden]): Column => ({
      name: name ?? '',
      type: type ?? '',
      pk: Number(pk),
      generated: hidden !== '0',
    }),
  );
  const keys = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const [first, second] = keys;
  const only = second === undefined ? first : undefined;
  // INTEGER PRIMARY KEY is the rowid; it has an index of its own only where it is not (DESC)
  const indexed =
    only !== undefined &&
    (await reader.ask(['1'], `from pragma_index_list(${literal}) where origin = 'pk'`)).length > 0;
  const alias = only !== undefined && /^integer$/i.test(only.type) && !table.withoutRowid && !indexed;
  return {
    name: table.name,
    onlyWhenNamed: table.onlyWhenNamed,
    columns: columns.filter(({ generated }) => !generated).map(({ name }) => name),
    generated: columns.filter(({ generated }) => generated).map(({ name }) => name),
    order: orderOf(table, columns, keys),
    key: only !== undefined && /int/i.test(only.type) ? { column: only.name, alias } : null,
  };
}

function orderOf(table: Listed, columns: readonly Column[], keys: readonly Column[]): string | null {
  if (table.view) return null;
  if (table.withoutRowid) return keys.map(({ name }) => quoteName(name)).join(', ');
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null;
}

/** What is known of a table before its rows are read. */
export interface SqlitePosition {
  readonly rows: bigint;
  /** The largest value of the key; null where there is none. */
  readonly furthest: bigint | null;
  /** What SQLite would hand out next; null where it hands out nothing. */
  readonly next: bigint | null;
}

const largest = 2n ** 63n - 1n;

/** Counts the rows of a table, and looks how far its key reaches. */
export async function standing(reader: Reader, { name, key }: Table): Promise<SqlitePosition> {
  const table = quoteName(name);
  const furthest =
    key === null
      ? 'null'
      : `(select max(k) from (select ${quoteName(key.column)} as k from ${table}) where typeof(k) = 'integer')`;
  const counted = key?.alias === true ? await counterOf(reader, name) : 0n;
  const [row] = await reader.ask([`(select count(*) from ${table})`, furthest], '');
  const max = integer(row?.[1]);
  const last = max === null || counted > max ? counted : max;
  return {
    rows: BigInt(row?.[0] ?? '0'),
    furthest: max,
    next: key?.alias === true && last < largest ? last + 1n : null,
  };
}

/** The last value that an AUTOINCREMENT handed out; 0 without one. */
async function counterOf(reader: Reader, table: string): Promise<bigint> {
  const [exists] = await reader.ask(['1'], "from sqlite_schema where name = 'sqlite_sequence'");
  if (exists === undefined) return 0n;
  const literal = quoteText(table);
  const [row] = await reader.ask(['seq'], `from sqlite_sequence where name = ${literal} and typeof(seq) = 'integer'`);
  return integer(row?.[0]) ?? 0n;
}

function integer(text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : BigInt(text);
}

/** As SQLite has it: a backslash is nothing special. */
function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
