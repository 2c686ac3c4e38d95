import { Buffer } from 'node:buffer';
import { Problem } from '../problem.ts';
import type { RowStream, Source, Wanted } from './source.ts';
import { fieldOf } from './values.ts';

/** A row as a program has it: values by the names of columns. What is missing is NULL, as null and undefined are. */
export type RowObject = Readonly<Record<string, unknown>>;

/** Rows of a table: in an array, or as they come. */
export type RowsOfTable = Iterable<RowObject> | AsyncIterable<RowObject>;

/**
 * Rows of a program as a source. An array's columns are all that any of its rows has; of rows that come one by one, those of the
 * first, and another one later is an error.
 */
export async function sourceOfRows(table: string, rows: RowsOfTable): Promise<Source> {
  if (Array.isArray(rows)) return source(table, columnsOf(rows as RowObject[]), rows, rows as RowObject[]);
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  const first = await iterator.next();
  const columns = first.done === true ? [] : columnsOf([first.value]);
  async function* all(): AsyncGenerator<RowObject> {
    if (first.done === true) return;
    yield first.value;
    for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) yield step.value;
  }
  return source(table, columns, all(), null, async () => void (await iterator.return?.()));
}

function columnsOf(rows: readonly RowObject[]): string[] {
  const names = new Set<string>();
  for (const row of rows) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new Problem(`a row is an object with a value for each column, not ${JSON.stringify(row)}`);
    for (const name in row) names.add(name);
  }
  return [...names];
}

function source(
  name: string,
  columns: readonly string[],
  rows: RowsOfTable,
  known: readonly RowObject[] | null,
  close: () => Promise<void> = () => Promise.resolve(),
): Source {
  return {
    name,
    tables: [
      {
        name,
        schema: null,
        columns,
        counters: [],
        furthest: known === null ? [] : columns.flatMap((column) => furthestOf(known, column)),
        rows: known === null ? null : BigInt(known.length),
        bytes: null,
        read: (wanted): RowStream => ({
          format: { kind: 'text' },
          chunks: linesOf(name, rows, columns, wanted),
          placeOf: (line) => ({ line: null, row: line }),
          position: () => null,
        }),
      },
    ],
    close,
  };
}

/** The largest value of a column of whole numbers. */
function furthestOf(rows: readonly RowObject[], column: string): { column: string; value: bigint }[] {
  let most: bigint | null = null;
  for (const row of rows) {
    const value = row[column];
    if (value === null || value === undefined) continue;
    const whole = wholeOf(value);
    if (whole === null) return [];
    if (most === null || whole > most) most = whole;
  }
  return most === null ? [] : [{ column, value: most }];
}

function wholeOf(value: unknown): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : null;
}

const full = 65_536;

async function* linesOf(
  name: string,
  rows: RowsOfTable,
  columns: readonly string[],
  { columns: wanted, signal }: Wanted,
): AsyncGenerator<Uint8Array> {
  const known = new Set(columns);
  let number = 0;
  let text = '';
  for await (const row of rows) {
    number++;
    for (const column in row)
      if (!known.has(column))
        throw new Problem(`${name}, row ${number}: it has ${column}, which the first row does not have`, {
          hint: `the columns are those of the first row: ${columns.join(', ')}`,
        });
    try {
      text += `${wanted.map(({ source: column, type }) => fieldOf(row[column], type)).join('\t')}\n`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw new Problem(`${name}, row ${number}: ${error.message}`, { cause: error });
    }
    if (text.length < full) continue;
    signal?.throwIfAborted();
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
