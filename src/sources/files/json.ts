import type { RowStream, Source, SourceTable, Wanted } from '../../core/import/source.ts';
import { Problem } from '../../pg/problem.ts';
import { errorMessage } from '../../pg/sqlstate.ts';
import { gatherLines } from '../lines.ts';
import { elements, members } from './elements.ts';
import { bytesOf, plain, proveUnchanged, type SourceFile } from './file.ts';
import { columnValue } from './json-values.ts';
import { jsonFault } from './json-syntax.ts';
import { type Part, partsOf } from './json-parts.ts';
import { Places } from './places.ts';

/** Objects line by line, or in one array: the rows of one table. */
export async function openRows(
  file: SourceFile,
  name: string | null,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const begins = await firstSign(file);
  if (begins === null) throw new Problem(`${file.name} is empty`, { hint: 'it should hold objects, one for each row' });
  if (begins !== '[') return { name: file.name, tables: [await table(file, name, null)], close: () => file.remove() };
  const whole = await plain(file, signal);
  const [part] = await partsOf(whole);
  return {
    name: file.name,
    tables: part === undefined ? [] : [await table(whole, name, part)],
    close: () => whole.remove(),
  };
}

/** An object of arrays: a table for each, whose rows can be read in any order. */
export async function openTables(file: SourceFile, signal: AbortSignal | undefined): Promise<Source> {
  const whole = await plain(file, signal);
  const tables: SourceTable[] = [];
  for (const part of await partsOf(whole)) tables.push(await table(whole, part.key, part));
  return { name: file.name, tables, close: () => whole.remove() };
}

/** The first sign of a file that is no white space; null where there is none. */
async function firstSign(file: SourceFile): Promise<string | null> {
  for await (const chunk of bytesOf(file, () => undefined)) {
    const [sign] = chunk
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    if (sign !== undefined) return sign;
  }
  return null;
}

/** Reads all rows once, to learn which columns they have and how far their ids reach: what some rows lack is NULL there, what all lack falls to its default. */
async function table(file: SourceFile, name: string | null, part: Part | null): Promise<SourceTable> {
  /** The largest value of each column so far; null where not all of them are whole numbers that JavaScript can hold. */
  const columns = new Map<string, number | null>();
  let rows = 0n;
  for await (const { text, line } of elementsOf(file, part, () => undefined)) {
    const row = rowOf(file.name, text, line);
    for (const key in row) {
      if (/\p{Surrogate}/u.test(key))
        throw new Problem(`${file.name}, line ${line}: a key has half of a character in it`);
      columns.set(key, larger(columns.get(key), row[key]));
    }
    rows++;
  }
  return {
    name,
    schema: null,
    columns: [...columns.keys()],
    counters: [],
    furthest: [...columns].flatMap(([column, value]) =>
      value === null || value === -Infinity ? [] : [{ column, value: BigInt(value) }],
    ),
    rows,
    bytes: part === null ? file.size : part.to - part.from + 1,
    read: (wanted) => stream(file, part, wanted),
  };
}

function valueAt(json: string, type: string, place: string): ReturnType<typeof columnValue> {
  try {
    return columnValue(json, type);
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    throw new Problem(`${place}: ${cause.message}`, {
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      cause,
    });
  }
}

function larger(before: number | null = -Infinity, value: unknown): number | null {
  if (value === null || before === null) return before;
  return Number.isSafeInteger(value) ? Math.max(before, value as number) : null;
}

function rowOf(name: string, text: string, line: number): Readonly<Record<string, unknown>> {
  if (text.length > longRow) return longRowOf(name, text, line);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem(`${name}, line ${line}: not JSON: ${errorMessage(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw noRow(name, text, line);
}

/** From here on what JSON.parse makes of a row may take a multiple of it. */
const longRow = 1024 * 1024;

/** The same of a long row: of its values only those that may be ids. */
function longRowOf(name: string, text: string, line: number): Readonly<Record<string, unknown>> {
  const fault = jsonFault(text);
  if (fault !== null)
    throw new Problem(`${name}, line ${line}: not JSON, or nested too deep, at its character ${fault + 1}`);
  if (!text.trimStart().startsWith('{')) throw noRow(name, text, line);
  const row: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of members(text))
    row[key] = value.length < 40 && !/^["[{]/.test(value) ? JSON.parse(value) : '';
  return row;
}

function noRow(name: string, text: string, line: number): Problem {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return new Problem(`${name}, line ${line}: ${shown} is no row: a row is an object, its keys are the columns`);
}

function elementsOf(file: SourceFile, part: Part | null, onRead: (bytes: number) => void): ReturnType<typeof elements> {
  if (part !== null && part.to < part.from) return elements(none(), file.name);
  return elements(bytesOf(file, onRead, part ?? undefined), file.name, part?.line);
}

async function* none(): AsyncGenerator<Buffer> {}

function stream(file: SourceFile, part: Part | null, wanted: Wanted): RowStream {
  let read = 0;
  const places = new Places();
  return {
    format: { kind: 'text' },
    chunks: lines(file, part, wanted, places, (bytes) => (read += bytes)),
    placeOf: (row) => ({ line: places.of(row), row }),
    position: () => read,
  };
}

async function* lines(
  file: SourceFile,
  part: Part | null,
  { columns, signal }: Wanted,
  places: Places,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const place = new Map(columns.map(({ source }, at) => [source, at]));
  const pieces = gatherLines('utf8');
  let row = 0;
  for await (const { text, line } of elementsOf(file, part, onRead)) {
    signal?.throwIfAborted();
    row++;
    places.add(row, line);
    const values = columns.map(() => null) as ReturnType<typeof columnValue>[];
    for (const [key, value] of members(text)) {
      const at = place.get(key);
      if (at !== undefined)
        values[at] = valueAt(value, columns[at]?.type ?? '', `${file.name}, line ${line}, column ${key}`);
    }
    const piece = pieces.add(values);
    if (piece !== null) yield piece;
  }
  yield pieces.rest();
  await proveUnchanged(file);
}
