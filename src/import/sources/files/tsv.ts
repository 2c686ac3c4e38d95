import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { copiedText } from '../../../pg/query/copy-text.ts';
import { firstBytes } from '../../../pg/archive/bytes.ts';
import { mostInOne, tooLong } from '../../../pg/limit.ts';
import { Problem } from '../../../problem.ts';
import { bytewise, slicesOf } from '../lines.ts';
import type { SourceOptions } from '../options.ts';
import { encodingHint } from '../../row-error.ts';
import { decoder, isBytewise, wideIn } from './encoding.ts';
import { badText, unpacked, type Wide } from './wide.ts';
import { errorCode } from '../../../pg/sqlstate.ts';
import { Places } from './places.ts';
import { bytesOf, proveUnchanged, type SourceFile } from './file.ts';
import { lastIds, longestHeader, nullReader, refuseTwice, refuseUtf16, withoutMark } from './csv.ts';
import { withoutBlankEnd } from './tail.ts';

interface Dialect {
  /** What `--null` says; null: \N alone, and what another program would write for it is refused. */
  readonly nullText: string | null;
  /** It was said that this is COPY's text format: quotes and backslashes are what they are. */
  readonly isCertain: boolean;
  readonly header: boolean;
  readonly encoding: string | null;
}

/** COPY's text format, as \copy, ClickHouse and MySQL write it: values between tabs, `\N` for NULL, `\t` and `\\` within. */
export async function openTsv(
  file: SourceFile,
  name: string | null,
  { columns, encoding, nullText, format }: Pick<SourceOptions, 'columns' | 'encoding' | 'nullText' | 'format'>,
): Promise<Source> {
  const dialect: Dialect = { nullText, isCertain: format === 'tsv', header: columns === null, encoding };
  const head = await firstBytes(file, longestHeader);
  refuseUtf16(file.name, head);
  const names = columns ?? headerOf(file.name, head, dialect);
  const table: SourceTable = {
    name,
    schema: null,
    columns: names,
    counters: [],
    furthest: [],
    likely: file.compression === null ? await lastIds(file, names, '\t') : [],
    rows: null,
    bytes: file.size,
    read: (wanted) => rowsOf(file, names, dialect, wanted),
  };
  return { name: file.name, tables: [table], close: () => file.remove() };
}

function headerOf(name: string, head: Buffer, { encoding, isCertain }: Dialect): string[] {
  const bytes = withoutMark(head);
  const end = bytes.indexOf(10);
  const first = end < 0 ? bytes : bytes.subarray(0, end);
  let text: string;
  try {
    text = decoder(encoding).decode(first).replace(/\r$/, '');
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(`${name}: its first line is not in ${encoding ?? 'UTF-8'}`, { hint: encodingHint, cause });
  }
  if (bytes.length === 0)
    throw new Problem(`${name} is empty`, {
      hint: 'it should begin with the names of its columns, or name them: --columns',
    });
  const fields = split(text);
  if (!isCertain && fields.every((field) => /^".*"$/s.test(field)))
    throw new Problem(`${name}: the names of its columns are in quotes, as in CSV`, { hint: quotesHint });
  return refuseTwice(
    name,
    fields.map((field) => (field === '\\N' ? field : copiedText(field))),
  );
}

const quotesHint =
  "if it is CSV with tabs: --input-format csv --delimiter '\\t'; if the quotes are part of the values: --input-format tsv";

/** The fields of a line: a tab behind a backslash is a part of one. */
function split(line: string): string[] {
  if (!line.includes('\\\t')) return line.split('\t');
  const fields: string[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at++)
    if (line[at] === '\\') at++;
    else if (line[at] === '\t') {
      fields.push(line.slice(from, at));
      from = at + 1;
    }
  return [...fields, line.slice(from)];
}

function rowsOf(file: SourceFile, names: readonly string[], dialect: Dialect, wanted: Wanted): RowStream {
  let read = 0;
  // COPY counts what it is sent: one line is one row here
  const lines = new Places();
  const isWhole = !wanted.rowwise && wanted.columns.length === names.length && (dialect.nullText ?? '\\N') === '\\N';
  const place = new Map(names.map((one, at) => [one, at]));
  const order = isWhole ? null : wanted.columns.map(({ source }) => place.get(source) ?? -1);
  return {
    format: { kind: 'text', encoding: isBytewise(dialect.encoding) ? dialect.encoding : null },
    chunks: rewritten(file, names, dialect, order, lines, (bytes) => (read += bytes)),
    placeOf: (row) => ({ line: lines.of(row), row: wanted.rowwise ? row : null }),
    position: () => read,
  };
}

const full = 65_536;

/** What COPY is sent: the rows without header, end mark and blank last lines; `order`: these fields of them, and what stands for NULL as \N. */
async function* rewritten(
  file: SourceFile,
  names: readonly string[],
  dialect: Dialect,
  order: readonly number[] | null,
  places: Places,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let text = '';
  let row = 0;
  let isOver = false;
  const bytesOf = wideIn(dialect.encoding) === null ? bytewise : (packed: string) => bytewise(unpacked(packed));
  // Its lines are bytes, each a character
  const isNull = dialect.nullText === null ? () => false : nullReader(dialect.nullText, dialect.encoding);
  for await (const { line, number } of linesOf(file, names, dialect, onRead)) {
    if (number === 1 && dialect.header) continue;
    if (line === '\\.') {
      isOver = true;
      continue;
    }
    if (isOver)
      // COPY would pass over it without a word
      throw new Problem(
        `${file.name}, line ${number}: there are rows after a line \\., which ends COPY's text format`,
        {
          hint: 'remove that line, or what follows it',
        },
      );
    places.add(++row, number);
    const fields = order === null && !isSuspicious(line) ? null : split(line);
    if (fields !== null) refuseSigns(file.name, names, number, fields, dialect);
    let parts: readonly string[] = [line];
    if (order !== null && fields !== null) {
      if (fields.length !== names.length)
        throw new Problem(`${file.name}, line ${number}: ${fields.length} fields for ${names.length} columns`);
      parts = order.flatMap((at, i) => [i > 0 ? '\t' : '', isNull(fields[at] ?? '') ? '\\N' : (fields[at] ?? '')]);
    }
    // In slices: of a long row there is no second copy
    for (const part of parts)
      for (const slice of slicesOf(part)) {
        text += slice;
        if (text.length < full) continue;
        yield bytesOf(text);
        text = '';
      }
    text += '\n';
  }
  yield bytesOf(text);
  await proveUnchanged(file);
}

/** Its lines, each character a byte. A line that ends with a backslash goes on: its line break becomes \n, so that one line is one row. */
async function* linesOf(
  file: SourceFile,
  names: readonly string[],
  { encoding }: Dialect,
  onRead: (bytes: number) => void,
): AsyncGenerator<{ line: string; number: number }> {
  const { mostInOne: most = mostInOne } = file;
  const bytes = bytesOf(file, onRead);
  const wide = wideIn(encoding);
  const ended = names.length > 1 ? withoutBlankEnd(bytes, most) : bytes; // alone, an empty text is a line of its own
  let rest = '';
  let number = 0;
  let begun: { line: string; number: number } | null = null;
  let isFirst = true;
  let hasReturns: boolean | null = null;
  const readWide = ({ read }: Wide, line: string): string => {
    try {
      return read(line);
    } catch (cause) {
      if (errorCode(cause) !== badText) throw cause;
      throw new Problem(`${file.name}, line ${number} is not in ${encoding}`, { hint: encodingHint, cause });
    }
  };
  function* take(line: string): Generator<{ line: string; number: number }> {
    number++;
    hasReturns ??= line.endsWith('\r');
    const bytewiseLine = hasReturns && line.endsWith('\r') ? line.slice(0, -1) : line;
    const text = wide === null ? bytewiseLine : readWide(wide, bytewiseLine);
    const all: { line: string; number: number } =
      begun === null ? { line: text, number } : { line: begun.line + text, number: begun.number };
    begun = null;
    if (all.line.length > most) throw tooLong(`${file.name}, line ${all.number}: a row`, most);
    if (endsEscaped(text)) begun = { line: `${all.line}n`, number: all.number };
    else yield all;
  }
  for await (const piece of ended) {
    const chunk: Buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const lines: string[] = (isFirst ? withoutMark(chunk) : chunk).toString('latin1').split('\n');
    isFirst = false;
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    if (rest.length > most) throw tooLong(`${file.name}, line ${number + lines.length + 1}: a row`, most);
    for (const line of lines) yield* take(line);
  }
  if (rest !== '') yield* take(rest);
  if (begun !== null) yield begun;
}

/** Whether what is behind it belongs to it: an odd number of backslashes at its end. */
function endsEscaped(text: string): boolean {
  let at = text.length;
  while (text[at - 1] === '\\') at--;
  return (text.length - at) % 2 === 1;
}

/** Whether a line has something in it that may be of another dialect. */
function isSuspicious(line: string): boolean {
  return line.includes('"') || line.includes('NULL') || line.includes('\\');
}

/** What COPY's text format knows behind a backslash, and what MySQL and ClickHouse escape; letters that nobody escapes are the sign of another dialect. */
const escapable = 'bfnrtvxN01234567\\.\'"\t';

/** The first escape in a field that is none of those. Sign by sign: a list of those in a long field takes many times its size. */
function strangeEscape(field: string): string | null {
  for (let at = field.indexOf('\\'); at >= 0 && at + 1 < field.length; at = field.indexOf('\\', at + 2))
    if (!escapable.includes(field[at + 1] as string)) return field.slice(at, at + 2);
  return null;
}

/** Whether all of a field stands in quotes, and those in it are doubled. */
function isInQuotes(field: string): boolean {
  if (field.length < 2 || !field.startsWith('"') || !field.endsWith('"')) return false;
  const last = field.length - 1;
  let at = field.indexOf('"', 1);
  for (; at < last; at = field.indexOf('"', at + 2)) if (field[at + 1] !== '"' || at + 1 === last) return false;
  return at === last;
}

/** Throws a Problem for a field that shows that the file is of another dialect, with the option to say which it is. */
function refuseSigns(
  name: string,
  names: readonly string[],
  line: number,
  fields: readonly string[],
  { nullText, isCertain }: Dialect,
): void {
  for (const [at, field] of fields.entries()) {
    const place = `${name}, line ${line}, column ${names[at] ?? at + 1}`;
    if (field === 'NULL' && nullText === null)
      throw new Problem(`${place}: in COPY's text format, NULL is just a text, but mysql --batch writes it for NULL`, {
        hint: "if it is NULL: --null NULL; if it is that text: --null '\\N'",
      });
    if (isCertain) continue;
    const isQuoted = isInQuotes(field) && /""|,/.test(field.slice(1, -1));
    const isOpen = field.startsWith('"') && !field.endsWith('"') && fields.length !== names.length;
    if (isQuoted || isOpen)
      throw new Problem(
        `${place}: ${shown(field)} is in quotes, as in CSV; a TSV is read as COPY's text format, which has no quotes`,
        { hint: quotesHint },
      );
    const strange = strangeEscape(field);
    if (strange !== null)
      throw new Problem(`${place}: ${strange} is not valid in COPY's text format: backslashes seem to be literal`, {
        hint: "if they do: --input-format csv --delimiter '\\t'; if it is COPY's text format anyway: --input-format tsv",
      });
  }
}

function shown(field: string): string {
  const text = bytewise(unpacked(field.slice(0, 200))).toString('utf8');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
