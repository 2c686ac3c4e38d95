import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';
import { bytewise, inUtf8 as bytesInUtf8, gatherLines, longLine } from '../lines.ts';
import { elements, members } from './elements.ts';
import { bytesOf, plain, proveUnchanged, type SourceFile } from './file.ts';
import { columnValue } from './json-values.ts';
import { inUtf8, longValue } from './json-long.ts';
import { jsonFault } from './json-syntax.ts';
import { type Part, partsOf } from './json-parts.ts';
import { placed, placedAll } from './placed.ts';
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
  for await (const element of elementsOf(file, part, () => undefined)) {
    const place = `${file.name}, line ${element.line}`;
    for (const [key, value] of element.isBytes ? longRow(element.text, place) : shortRow(element.text, place)) {
      if (/\p{Surrogate}/u.test(key)) throw new Problem(`${place}: a key has half of a character in it`);
      columns.set(key, larger(columns.get(key), value));
      if (columns.size > mostColumns)
        throw new Problem(`${place}: there are more than ${mostColumns} different keys up to here`, {
          hint: 'each key is a column, and a PostgreSQL table has at most 1600',
        });
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

function larger(before: number | null = -Infinity, value: unknown): number | null {
  if (value === null || before === null) return before;
  return Number.isSafeInteger(value) ? Math.max(before, value as number) : null;
}

/** More than any table has, and few enough to be held. */
const mostColumns = 10_000;

/** The columns of a row, with the values of those that may be ids. */
function shortRow(text: string, place: string): Iterable<readonly [string, unknown]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem(`${place}: not JSON: ${errorMessage(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw noRow(text, place);
}

/** The same of a row that is bytes. */
function* longRow(text: string, place: string): Generator<readonly [string, unknown]> {
  const fault = jsonFault(text);
  if (fault !== null) throw new Problem(`${place}: not JSON, or nested too deeply, at its byte ${fault + 1}`);
  if (!text.trimStart().startsWith('{')) throw noRow(text, place);
  for (const [key, value] of placedAll(members(text), place)) {
    const mayBeId = value.length < 40 && !/^["[{]/.test(value);
    yield [inUtf8(key), mayBeId ? JSON.parse(value) : ''];
  }
}

function noRow(text: string, place: string): Problem {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return new Problem(`${place}: ${shown} is not a row: a row is an object, whose keys are the columns`);
}

function elementsOf(file: SourceFile, part: Part | null, onRead: (bytes: number) => void): ReturnType<typeof elements> {
  if (part !== null && part.to < part.from) return elements(none(), file.name);
  return elements(bytesOf(file, onRead, part ?? undefined), file.name, part?.line, file.mostInOne);
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
  const pieces = gatherLines(bytesInUtf8);
  let row = 0;
  for await (const { text, isBytes, line } of elementsOf(file, part, onRead)) {
    signal?.throwIfAborted();
    row++;
    places.add(row, line);
    const values = columns.map((): string | null => null);
    for (const [key, value] of placedAll(members(text), `${file.name}, line ${line}`)) {
      const at = place.get(isBytes ? inUtf8(key) : key);
      if (at !== undefined) values[at] = value;
    }
    const at = (column: number): string => `${file.name}, line ${line}, column ${columns[column]?.source}`;
    const typeOf = (column: number): string => columns[column]?.type ?? '';
    if (isBytes) {
      yield pieces.rest();
      yield* longLine(
        values.map((value, i) => (value === null ? null : longValue(value, typeOf(i), at(i)))),
        bytewise,
      );
    } else
      yield* pieces.add(
        values.map((value, i) => (value === null ? null : placed(at(i), () => columnValue(value, typeOf(i))))),
      );
  }
  yield pieces.rest();
  await proveUnchanged(file);
}
