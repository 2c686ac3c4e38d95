import { counted } from '../../pg/counted.ts';
import type { Info, Options } from 'csv-parse';
import type { RowStream, Source, SourceTable, Wanted } from '../../core/import/source.ts';
import { firstBytes } from '../../pg/archive/bytes.ts';
import { Problem } from '../../pg/problem.ts';
import { errorMessage } from '../../pg/sqlstate.ts';
import { gatherLines, type Value } from '../lines.ts';
import type { SourceOptions } from '../options.ts';
import { bytesOf, lastBytes, proveUnchanged, type SourceFile } from './file.ts';

/** A header longer than this is none. */
const longestHeader = 1024 * 1024;

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

interface Dialect {
  readonly delimiter: string;
  /** The names of the columns are in the first record. */
  readonly header: boolean;
  readonly encoding: string | null;
}

/** CSV, or TSV by its delimiter: as PostgreSQL's COPY reads it. An empty field is NULL, and "" an empty text. */
export async function openCsv(
  file: SourceFile,
  name: string | null,
  delimiter: string,
  { columns, encoding }: Pick<SourceOptions, 'columns' | 'encoding'>,
): Promise<Source> {
  const dialect: Dialect = { delimiter, header: columns === null, encoding };
  const head = await firstBytes(file, longestHeader);
  if (head[0] === 0xff || head[0] === 0xfe)
    throw new Problem(`${file.name} is a text in UTF-16`, { hint: 'convert it: iconv -f UTF-16 -t UTF-8' });
  const names = columns ?? (await headerOf(file.name, head, dialect));
  const table: SourceTable = {
    name,
    schema: null,
    columns: names,
    counters: [],
    furthest: [],
    likely: file.compression === null ? await lastIds(file, names, dialect) : [],
    rows: null,
    bytes: file.size,
    read: (wanted) =>
      wanted.rowwise || wanted.columns.length < names.length // some are left out
        ? rowwise(file, names, dialect, wanted)
        : asItLies(file, dialect),
  };
  return { name: file.name, tables: [table], close: () => file.remove() };
}

async function headerOf(name: string, head: Buffer, { delimiter, encoding }: Dialect): Promise<string[]> {
  const { parse } = await import('csv-parse/sync');
  const text = new TextDecoder(encoding ?? 'utf-8').decode(head);
  let records: string[][] = [];
  try {
    records = parse(text, { delimiter, to: 1, bom: true, relax_column_count: true });
  } catch (cause) {
    throw new Problem(`${name}: its first line cannot be read as the names of columns: ${errorMessage(cause)}`, {
      cause,
    });
  }
  const [names] = records;
  if (names === undefined)
    throw new Problem(`${name} is empty`, {
      hint: 'it should begin with the names of its columns, or name them: --columns',
    });
  const twice = names.find((one, at) => names.indexOf(one) !== at);
  if (twice !== undefined) throw new Problem(`${name} has two columns called ${JSON.stringify(twice)}`);
  return names;
}

/** As much of a file's end as tells which ids its last rows have. */
const end = 64 * 1024;

/** The largest whole numbers of each column in the last rows. Nothing where a quote is near: a line may then be no row. */
async function lastIds(
  file: SourceFile,
  names: readonly string[],
  { delimiter }: Dialect,
): Promise<{ column: string; value: bigint }[]> {
  const text = (await lastBytes(file, end)).toString('latin1');
  if (text.includes('"')) return [];
  const rows = text
    .split(/\r?\n/)
    .slice(1, -1)
    .map((line) => line.split(delimiter))
    .filter((fields) => fields.length === names.length);
  return names.flatMap((column, at) => {
    const values = rows.map((fields) => fields[at] ?? '');
    if (values.length === 0 || !values.every((value) => /^\d{1,18}$/.test(value))) return [];
    return [{ column, value: values.map(BigInt).reduce((a, b) => (a > b ? a : b)) }];
  });
}

/** The bytes go to PostgreSQL as they are: nobody parses CSV faster, nor counts its lines otherwise. */
function asItLies(file: SourceFile, { delimiter, header, encoding }: Dialect): RowStream {
  let read = 0;
  return {
    format: { kind: 'csv', delimiter, header, encoding },
    chunks: whole(file, (bytes) => (read += bytes)),
    placeOf: (line) => ({ line, row: null }),
    position: () => read,
  };
}

async function* whole(file: SourceFile, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of bytesOf(file, onRead)) {
    yield isFirst && chunk.subarray(0, 3).equals(mark) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
  await proveUnchanged(file);
}

/** Row by row, in COPY's text format: for those that are wanted one at a time. */
function rowwise(file: SourceFile, names: readonly string[], dialect: Dialect, wanted: Wanted): RowStream {
  let read = 0;
  const places: { from: number; line: number }[] = [];
  return {
    format: { kind: 'text' },
    chunks: parsed(file, names, dialect, wanted, places, (bytes) => (read += bytes)),
    placeOf(row) {
      const known = places.findLast(({ from }) => from <= row);
      return { line: known === undefined ? null : known.line + (row - known.from), row };
    },
    position: () => read,
  };
}

async function* parsed(
  file: SourceFile,
  names: readonly string[],
  { delimiter, header, encoding }: Dialect,
  { columns }: Wanted,
  places: { from: number; line: number }[],
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { parse } = await import('csv-parse');
  const order = columns.map(({ source }) => names.indexOf(source));
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    raw: false,
    from: header ? 2 : 1,
    encoding: (encoding as BufferEncoding | null) ?? 'utf8',
    cast: ((value, { quoting }) => (value === '' && !quoting ? null : value)) satisfies Options['cast'],
  });
  const feeding = (async () => {
    try {
      for await (const chunk of bytesOf(file, onRead))
        if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  })();
  const lines = gatherLines('utf8');
  let row = 0;
  let next = header ? 2 : 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Value[]; info: Info }>) {
      row++;
      // The first line of this record: the last one of those before, and one more
      const last = places.at(-1);
      if (last === undefined || last.line + (row - last.from) !== next) places.push({ from: row, line: next });
      next = info.lines + 1;
      if (record.length !== names.length)
        throw new Problem(
          `${file.name}, line ${info.lines}: ${counted(record.length, 'field')} for ${counted(names.length, 'column')}`,
        );
      const piece = lines.add(order.map((at) => record[at] ?? null));
      if (piece !== null) yield piece;
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(`${file.name}: ${errorMessage(cause)}`, {
      hint: 'a field with a quote in it stands in quotes, each doubled',
      cause,
    });
  }
  await feeding;
  yield lines.rest();
  await proveUnchanged(file);
}
