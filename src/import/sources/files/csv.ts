import { counted } from '../../../text/counted.ts';
import type { Info, Options } from 'csv-parse';
import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { firstBytes } from '../../../pg/archive/bytes.ts';
import { mostInOne, tooLong } from '../../../pg/limit.ts';
import { Problem } from '../../../problem.ts';
import { shellWord } from '../../../pg/shell.ts';
import { errorCode, errorMessage } from '../../../pg/sqlstate.ts';
import { bytewise, gatherLines, type Value } from '../lines.ts';
import type { SourceOptions } from '../options.ts';
import { encodingHint } from '../../row-error.ts';
import { decoder, inUtf8, isBytewise, wideIn } from './encoding.ts';
import { badText, unpacked } from './wide.ts';
import { bytesOf, lastBytes, proveUnchanged, type SourceFile } from './file.ts';
import { Places } from './places.ts';
import { withoutBlankEnd } from './tail.ts';

/** A header longer than this is none. */
export const longestHeader = 1024 * 1024;

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Without the byte order mark that a text may begin with. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(mark) ? bytes.subarray(3) : bytes;
}

interface Dialect {
  readonly delimiter: string;
  /** Bytes ahead of the header: the line `sep=;` of Excel, 0 without. */
  readonly skip: number;
  /** The names of the columns are in the first record. */
  readonly header: boolean;
  readonly encoding: string | null;
  /** What stands for NULL; null: an empty field. */
  readonly nullText: string | null;
  /** Whether a blank last line is no row: where there is one column, it is NULL. */
  readonly hasBlankEnd: boolean;
}

/** CSV, as PostgreSQL's COPY reads it: an empty field is NULL, and "" an empty text. */
export async function openCsv(
  file: SourceFile,
  name: string | null,
  { columns, encoding, nullText, delimiter }: Pick<SourceOptions, 'columns' | 'encoding' | 'nullText' | 'delimiter'>,
): Promise<Source> {
  const head = await firstBytes(file, longestHeader);
  refuseUtf16(file.name, head);
  const [line = '', separator = ','] = /^sep=(.)\r?\n/.exec(withoutMark(head).subarray(0, 8).toString('latin1')) ?? [];
  const apart = delimiter === '\\t' ? '\t' : (delimiter ?? separator);
  const opening = { delimiter: apart, skip: line.length, header: columns === null, encoding, nullText };
  const names = columns ?? (await headerOf(file.name, head, opening, delimiter === null && line === ''));
  const dialect: Dialect = { ...opening, hasBlankEnd: names.length > 1 };
  const table: SourceTable = {
    name,
    schema: null,
    columns: names,
    counters: [],
    furthest: [],
    likely: file.compression === null ? await lastIds(file, names, apart) : [],
    rows: null,
    bytes: file.size,
    read: (wanted) =>
      wanted.rowwise || wanted.columns.length < names.length // some are left out
        ? rowwise(file, names, dialect, wanted)
        : asItLies(file, dialect),
  };
  return { name: file.name, tables: [table], close: () => file.remove() };
}

/** Throws a Problem for a text in UTF-16, as Excel's "Unicode Text" is. */
export function refuseUtf16(name: string, head: Buffer): void {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    throw new Problem(`${name} is a text in UTF-16`, { hint: 'convert it: iconv -f UTF-16 -t UTF-8' });
}

async function headerOf(
  name: string,
  head: Buffer,
  { delimiter, encoding, skip }: Pick<Dialect, 'delimiter' | 'encoding' | 'skip'>,
  isGuess: boolean,
): Promise<string[]> {
  const { parse } = await import('csv-parse/sync');
  const bytes = withoutMark(head).subarray(skip);
  // Whole lines: a character may be cut in two behind them
  const end = bytes.length < longestHeader - 8 ? bytes.length : bytes.lastIndexOf(10) + 1;
  let records: string[][] = [];
  try {
    const text = decoder(encoding).decode(firstRecord(bytes.subarray(0, end === 0 ? bytes.length : end)));
    records = parse(text, { delimiter, to: 1, relax_column_count: true });
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const isEncoded = isBadText(cause);
    throw new Problem(
      isEncoded
        ? `${name}: its first line is not in ${encoding ?? 'UTF-8'}`
        : `${name}: its first line cannot be read as the names of columns: ${errorMessage(cause)}`,
      { hint: isEncoded ? encodingHint : undefined, cause },
    );
  }
  const [names] = records;
  if (names === undefined)
    throw new Problem(`${name} is empty`, {
      hint: 'it should begin with the names of its columns, or name them: --columns',
    });
  const [only = ''] = names;
  const other = [';', '\t', '|'].find((one) => names.length === 1 && only.includes(one));
  if (isGuess && other !== undefined)
    throw new Problem(`${name}: its values seem to be separated by ${other === '\t' ? 'tabs' : other}, not by ,`, {
      hint: `if so: --delimiter '${other === '\t' ? '\\t' : other}'; if it has a single column with this name: --delimiter ,`,
    });
  return refuseTwice(name, names);
}

function isBadText(error: unknown): boolean {
  return errorCode(error) === badText;
}

/** The first record and what is on its last line: where a name has a line break in it, up to the quote that closes it. */
function firstRecord(bytes: Buffer): Buffer {
  let quotes = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x22) quotes++;
    else if (bytes[at] === 0x0a && quotes % 2 === 0) return bytes.subarray(0, at + 1);
  }
  return bytes;
}

/** The names, none of which may stand there twice. */
export function refuseTwice(name: string, names: string[]): string[] {
  const seen = new Set<string>();
  const twice = names.find((one) => seen.size === seen.add(one).size);
  if (twice !== undefined) throw new Problem(`${name} has two columns called ${JSON.stringify(twice)}`);
  return names;
}

/** As much of a file's end as tells which ids its last rows have. */
const end = 64 * 1024;

/** The largest whole numbers of each column in the last rows. Nothing where a quote is near: a line may then be no row. */
export async function lastIds(
  file: SourceFile,
  names: readonly string[],
  delimiter: string,
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
function asItLies(file: SourceFile, dialect: Dialect): RowStream {
  let read = 0;
  const { delimiter, header, encoding, nullText, skip } = dialect;
  return {
    format: { kind: 'csv', delimiter, header, encoding, ...(nullText === null ? {} : { nullText }) },
    chunks: proved(
      file,
      whole(file, dialect, (bytes) => (read += bytes)),
      dialect,
    ),
    placeOf: (line) => ({ line: skip > 0 ? line + 1 : line, row: null }),
    position: () => read,
  };
}

/** The bytes from the header on, without the blank lines at the end. */
function whole(
  file: SourceFile,
  { skip, hasBlankEnd }: Dialect,
  onRead: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  async function* opened(): AsyncGenerator<Uint8Array> {
    let isFirst = true;
    for await (const chunk of bytesOf(file, onRead)) {
      yield isFirst ? withoutMark(chunk).subarray(skip) : chunk;
      isFirst = false;
    }
    await proveUnchanged(file);
  }
  return hasBlankEnd ? withoutBlankEnd(opened(), file.mostInOne ?? mostInOne) : opened();
}

/** What others write for NULL without quotes, and COPY would store as a text. */
const nulls: Readonly<Record<string, string>> = {
  '\\N': 'ClickHouse and MySQL write for NULL',
  NULL: 'phpMyAdmin and SQL Server write for NULL',
};

/**
 * The same bytes. Throws a Problem for what COPY would store as something else: a field that is NULL elsewhere, and a quote behind
 * a backslash, with which MySQL goes on and COPY ends the quoted part.
 */
async function* proved(
  file: SourceFile,
  chunks: AsyncIterable<Uint8Array>,
  { delimiter, nullText, encoding }: Dialect,
): AsyncGenerator<Uint8Array> {
  if (wideIn(encoding) !== null) return yield* chunks;
  const words = nullText === null ? Object.keys(nulls) : [];
  const ends = new Set([10, 13, delimiter.codePointAt(0)]);
  // What is looked for may lie across two pieces
  let before: Buffer = Buffer.from('\n');
  let isQuoted = false; // where `before` begins
  for await (const chunk of chunks) {
    const piece: Buffer = Buffer.concat([before, chunk]);
    for (const word of words)
      for (let at = piece.indexOf(word, 1); at >= 0; at = piece.indexOf(word, at + 1)) {
        const behind = piece[at + word.length];
        if (!ends.has(piece[at - 1]) || behind === undefined || !ends.has(behind)) continue;
        if (isQuoted === hasOddQuotes(piece, at)) refuseNull(file.name, word);
      }
    for (let at = piece.indexOf('\\"'); at >= 0; at = piece.indexOf('\\"', at + 1)) {
      const behind = piece[at + 2];
      if (behind !== undefined && behind !== quote && !ends.has(behind)) refuseEscapes(file.name);
    }
    before = piece.subarray(-longestWord);
    if (hasOddQuotes(piece, piece.length - before.length)) isQuoted = !isQuoted;
    yield chunk;
  }
  const word = words.find((one) => before.subarray(-one.length).equals(Buffer.from(one)));
  if (word === undefined || !ends.has(before.at(-word.length - 1))) return;
  if (isQuoted === hasOddQuotes(before, before.length - word.length)) refuseNull(file.name, word);
}

/** A word of `nulls`, and the byte before it. */
const longestWord = 5;

/** Whether an odd number of quotes is ahead of that place: a doubled one changes nothing. */
function hasOddQuotes(bytes: Buffer, to: number): boolean {
  if (!bytes.includes(quote)) return false;
  let odd = false;
  for (let at = 0; at < to; at++) if (bytes[at] === quote) odd = !odd;
  return odd;
}

const quote = 0x22;

function refuseNull(name: string, word: string): never {
  throw new Problem(`${name}: there is an unquoted ${word}, which ${nulls[word]}`, {
    hint: `if it is NULL: --null ${shellWord(word)}; if it is that text: --null ''`,
  });
}

function refuseEscapes(name: string): never {
  throw new Problem(`${name}: a quote follows a backslash, as MySQL writes it; CSV doubles the quote`, {
    hint: `write it so (MySQL: FIELDS ENCLOSED BY '"' ESCAPED BY '"'), or as tab-separated text, and --input-format tsv`,
  });
}

/** Row by row, in COPY's text format: for those that are wanted one at a time. */
function rowwise(file: SourceFile, names: readonly string[], dialect: Dialect, wanted: Wanted): RowStream {
  let read = 0;
  const places = new Places();
  return {
    format: { kind: 'text', encoding: isBytewise(dialect.encoding) ? dialect.encoding : null },
    chunks: parsed(file, names, dialect, wanted, places, (bytes) => (read += bytes)),
    placeOf: (row) => ({ line: places.of(row), row }),
    position: () => read,
  };
}

/** In bytes, in any encoding. */
const longestCharacter = 4;

/** Whether a value, each of whose characters is a byte of that encoding, is what stands for NULL. */
export function nullReader(nullText: string | null, encoding: string | null): (value: string) => boolean {
  const text = nullText ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in each of them
  if (/^[\0-\x7f]*$/.test(text)) return (value) => value === text;
  const reading = decoder(encoding);
  return (value) => {
    try {
      return (
        value.length >= text.length &&
        value.length <= text.length * longestCharacter &&
        reading.decode(Buffer.from(value, 'latin1')) === text
      );
    } catch (error) {
      if (error instanceof Problem) throw error;
      return false;
    }
  };
}

async function* parsed(
  file: SourceFile,
  names: readonly string[],
  dialect: Dialect,
  { columns }: Wanted,
  places: Places,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { parse } = await import('csv-parse');
  const { mostInOne: most = mostInOne } = file;
  const { delimiter, header, encoding, nullText, skip } = dialect;
  const place = new Map(names.map((name, at) => [name, at]));
  const order = columns.map(({ source }) => place.get(source) ?? -1);
  // Bytes stay what they are, each a character, and PostgreSQL reads them: its mappings are the ones that count
  const asBytes = isBytewise(encoding);
  const wide = wideIn(encoding);
  if (wide?.hides(delimiter) === true)
    throw new Problem(`${file.name}: in ${encoding}, ${delimiter} may be a part of a character`, {
      hint: 'convert it: iconv -f ENCODING -t UTF-8',
    });
  const isNull = nullReader(nullText, asBytes ? encoding : null);
  const parser = parse({
    delimiter: Buffer.from(delimiter, asBytes ? 'latin1' : 'utf8'),
    encoding: 'latin1',
    info: true,
    raw: false,
    max_record_size: most,
    from: header ? 2 : 1,
    cast: ((value, { quoting }) => {
      if (quoting) return value;
      if (nullText === null && Object.hasOwn(nulls, value)) refuseNull(file.name, value);
      return isNull(value) ? null : value;
    }) satisfies Options['cast'],
  });
  const bytes = whole(file, dialect, onRead);
  const feeding = (async () => {
    try {
      for await (const chunk of asBytes ? bytes : inUtf8(bytes, encoding ?? 'utf8'))
        if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  })();
  const lines = gatherLines(wide === null ? bytewise : (text) => bytewise(unpacked(text)));
  const read = (value: Value): Value => (wide === null || typeof value !== 'string' ? value : wide.read(value));
  let row = 0;
  let next = (header ? 2 : 1) + (skip > 0 ? 1 : 0);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Value[]; info: Info }>) {
      row++;
      // The first line of this record: the last one of those before, and one more
      places.add(row, next);
      next = info.lines + (skip > 0 ? 2 : 1);
      if (record.length !== names.length)
        throw new Problem(
          `${file.name}, line ${info.lines}: ${counted(record.length, 'field')} for ${counted(names.length, 'column')}`,
        );
      yield* lines.add(order.map((at) => read(record[at] ?? null)));
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    if (isBadText(cause))
      throw new Problem(`${file.name}${wide === null ? '' : `, row ${row}`} is not in ${encoding ?? 'UTF-8'}`, {
        hint: encodingHint,
        cause,
      });
    if (errorCode(cause) === 'CSV_MAX_RECORD_SIZE') throw tooLong(`${file.name}, line ${next}: a row`, most);
    throw new Problem(`${file.name}: ${errorMessage(cause)}`, {
      hint: 'a field that contains a quote must be in quotes, with each quote in it doubled',
      cause,
    });
  }
  await feeding;
  yield lines.rest();
}
