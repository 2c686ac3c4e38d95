import { Buffer } from 'node:buffer';
import { bytewise, inUtf8, gatherLines, type Value } from '../lines.ts';
import type { Forms, Reader, Rows } from './reader.ts';

/** As much of node:sqlite as is used: Node 20, for whose types we compile, does not have it. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): { setReturnArrays?(yes: boolean): void; iterate(): IterableIterator<object> };
  close(): void;
}
interface Module {
  readonly DatabaseSync: new (path: string, options: { readOnly: boolean }) => Database;
}

/** Whether a Node of this version has an SQLite that needs no flag: from 22.13 on, but for the first of 23. */
export function hasBuiltin(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 4) || (major === 22 && minor >= 13);
}

const asText: Forms = { text: (sql) => sql, real: (sql) => sql, backslash: '\\' };

/** Node 22 hands over a text only up to a NUL. Such a text becomes one that is read again, as bytes. */
const asTextWithoutNul: Forms = {
  ...asText,
  text: (sql) => `case when instr(${sql}, char(0)) then char(65533) else ${sql} end`,
};

/** Texts as the bytes that they are: where those are no UTF-8, the driver would put U+FFFD and say nothing. */
const asBytes: Forms = { ...asText, text: (sql) => `cast(${sql} as blob)` };

/** Opens a file by the SQLite in Node, at a path or a `file:` URI. Errors are SQLite's own. */
export async function openBuiltin(location: string): Promise<Reader> {
  const { DatabaseSync } = await importQuietly();
  const database = new DatabaseSync(location, { readOnly: true });
  try {
    database.exec('pragma busy_timeout = 5000; pragma trusted_schema = off; begin; select 1 from sqlite_schema');
  } catch (error) {
    database.close();
    throw error;
  }
  const [[probe]] = [...rowsOf(database, 'select char(97, 0, 97)')] as [[string]];
  const cutsAtNul = probe.length < 3;
  return {
    async ask(expressions, rest) {
      const casts = expressions.map((sql, index) => `cast(${sql} as text) as c${index}`);
      return [...rowsOf(database, `select ${casts.join(', ')} ${rest}`)] as (string | null)[][];
    },
    lines: (rows) => linesOf(database, rows, cutsAtNul ? asTextWithoutNul : asText),
    async close() {
      database.close();
    },
  };
}

/** Reads texts as texts, which is fast, up to the first that may have been no UTF-8; its row and what follows as bytes. */
async function* linesOf(database: Database, rows: Rows, asFast: Forms): AsyncGenerator<Uint8Array> {
  let done = 0;
  let doubtful = rows.order === null;
  if (!doubtful) {
    const lines = gatherLines(inUtf8);
    for (const row of rowsOf(database, select(rows, asFast)) as Iterable<Value[]>) {
      for (const value of row) doubtful ||= typeof value === 'string' && value.includes('\ufffd');
      if (doubtful) break;
      done++;
      yield* lines.add(row);
    }
    yield lines.rest();
  }
  if (!doubtful) return;
  const lines = gatherLines(bytewise);
  const again = `${select(rows, asBytes)} limit -1 offset ${done}`;
  for (const row of rowsOf(database, again) as Iterable<(Value | Uint8Array)[]>) {
    yield* lines.add(row.map((value) => (value instanceof Uint8Array ? latin1(value) : value)));
  }
  yield lines.rest();
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function select({ values, from, order }: Rows, forms: Forms): string {
  // Before Node 22.16 rows are objects, in which equal names would be one
  const named = values(forms).map((sql, index) => `${sql} as c${index}`);
  return `select ${named.join(', ')} from ${from}${order === null ? '' : ` order by ${order}`}`;
}

function* rowsOf(database: Database, sql: string): Generator<unknown[]> {
  const statement = database.prepare(sql);
  if (statement.setReturnArrays === undefined) {
    for (const row of statement.iterate()) yield Object.values(row);
    return;
  }
  statement.setReturnArrays(true);
  yield* statement.iterate() as Iterable<unknown[]>;
}

/** Node 22 tells every user that its SQLite is experimental. */
async function importQuietly(): Promise<Module> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const name: string = 'node:sqlite'; // unknown to the types of Node 20
    return (await import(name)) as Module;
  } finally {
    process.emitWarning = emitWarning;
  }
}
