import type { Furthest } from './furthest.ts';

/** What is looked for in the rows of a COPY block: the furthest values of one column. */
export interface WatchedColumn {
  /** Its place among the columns, from 0. */
  readonly place: number;
  readonly furthest: Furthest;
  /** Nobody knows whether a sequence feeds it: one value that is no number, and it is watched no more. */
  readonly isGuess: boolean;
}

/** What the title of each script of pg_dump and pg_dumpall begins with. */
export const databaseDump = '-- PostgreSQL database ';

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const minus = 45;
const point = 46;
const zero = 48;
const backslash = 92;

/** Digits that a number holds exactly, and more than any sequence counts to. */
const exactDigits = 15;
const mostDigits = 40;

/** Of a line, in bytes. A row may have a gigabyte. */
const longestKept = 1024 * 1024;
/** More than any number has. */
const longestNumber = 64;
const nothing = Buffer.alloc(0);

/**
 * The rows of one COPY block, as they come in pieces of any size. A row is a line, whatever is in it: COPY's text format escapes line
 * breaks. The block ends with a line that is a backslash and a dot.
 */
export class CopiedRows {
  #watched: readonly WatchedColumn[];
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunSize = 0;
  /** A line too long to be kept: which of its fields is being read, and how that begins. */
  #long: { place: number; field: Buffer } | null = null;
  rows = 0n;
  /** The row that is the title of a dump, and none that ends one comes behind it: the rows of one that was cut, and another behind it. */
  titled: bigint | null = null;

  /** The columns in the order of their places. */
  constructor(watched: readonly WatchedColumn[]) {
    this.#watched = watched;
  }

  /** Takes a piece; returns what is behind the end of the block, or null while that has not come. */
  take(piece: Buffer): Buffer | null {
    let from = 0;
    if (this.#long !== null) {
      const end = piece.indexOf(newline);
      this.#pass(end < 0 ? piece : piece.subarray(0, end));
      if (end < 0) return null;
      this.#ended();
      this.#long = null;
      this.rows++;
      from = end + 1;
    } else if (this.#begun.length > 0) {
      const end = piece.indexOf(newline);
      this.#keep(end < 0 ? piece : piece.subarray(0, end + 1));
      if (end < 0) return null;
      const line = Buffer.concat(this.#begun);
      this.#forget();
      from = end + 1;
      if (this.#rows(line, 0) !== null) return piece.subarray(from);
    }
    const rest = this.#rows(piece, from);
    return rest === null ? null : piece.subarray(rest);
  }

  /** Reads whole lines, and keeps one that has only begun. Returns where the block has ended, or null. */
  #rows(bytes: Buffer, from: number): number | null {
    let rows = 0;
    let at = from;
    for (let end = bytes.indexOf(newline, at); end >= 0; end = bytes.indexOf(newline, at)) {
      if (isEnd(bytes, at, end)) {
        this.rows += BigInt(rows);
        return end + 1;
      }
      rows++;
      if (bytes[at] === minus && bytes[at + 1] === minus) this.#title(bytes.toString('utf8', at, end), BigInt(rows));
      if (this.#watched.length > 0) this.#look(bytes, at, end);
      at = end + 1;
    }
    this.rows += BigInt(rows);
    if (at < bytes.length) this.#keep(bytes.subarray(at));
    return null;
  }

  /** Keeps a piece of a line; where there is too much of it, only what its fields begin with. */
  #keep(piece: Buffer): void {
    this.#begun.push(piece);
    this.#begunSize += piece.length;
    if (this.#begunSize <= longestKept || piece.at(-1) === newline) return;
    this.#long = { place: 0, field: nothing };
    for (const one of this.#begun) this.#pass(one);
    this.#forget();
  }

  #forget(): void {
    this.#begun = [];
    this.#begunSize = 0;
  }

  /** Passes over a piece of a long line. */
  #pass(piece: Buffer): void {
    if (this.#long === null || this.#watched.length === 0) return;
    for (let at = 0; ; ) {
      const end = piece.indexOf(tab, at);
      const { field } = this.#long;
      const more = piece.subarray(at, Math.min(end < 0 ? piece.length : end, at + longestNumber - field.length));
      if (more.length > 0) this.#long.field = Buffer.concat([field, more]);
      if (end < 0) return;
      this.#ended();
      this.#long = { place: this.#long.place + 1, field: nothing };
      at = end + 1;
    }
  }

  /** A field of a long line is over. */
  #ended(): void {
    const column = this.#watched.find(({ place }) => place === this.#long?.place);
    if (column === undefined) return;
    const field = Buffer.concat([this.#long?.field ?? nothing, Buffer.from([tab])]);
    this.#saw(column, read(field, 0, column.furthest), field[0]);
  }

  #saw(column: WatchedColumn, isNumber: boolean, first: number | undefined): void {
    if (!isNumber && column.isGuess && first !== backslash)
      this.#watched = this.#watched.filter((one) => one !== column);
  }

  /** What there is of a line whose end has not come. */
  get begun(): 'nothing' | 'a row' | 'the end' {
    if (this.#long !== null) return 'a row';
    const line = Buffer.concat(this.#begun);
    return line.length === 0 ? 'nothing' : isEnd(line, 0, line.length) ? 'the end' : 'a row';
  }

  #title(text: string, row: bigint): void {
    if (!text.startsWith(databaseDump)) return;
    if (/ dump\r?$/.test(text)) this.titled ??= this.rows + row;
    else if (/ dump complete\r?$/.test(text)) this.titled = null;
  }

  #look(bytes: Buffer, from: number, end: number): void {
    let start = from;
    let passed = 0;
    for (const column of this.#watched) {
      for (; passed < column.place; passed++) {
        start = bytes.indexOf(tab, start) + 1;
        if (start === 0 || start > end) return;
      }
      this.#saw(column, read(bytes, start, column.furthest), bytes[start]);
    }
  }
}

function isEnd(bytes: Buffer, from: number, end: number): boolean {
  if (bytes[from] !== backslash || bytes[from + 1] !== point) return false;
  return end === from + 2 || (end === from + 3 && bytes[from + 2] === carriageReturn);
}

/** Reads the integer that begins here, also as numeric columns have it: 7.00. Returns false where it is none. */
function read(bytes: Buffer, start: number, furthest: Furthest): boolean {
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  let value = 0;
  let at = first;
  for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - zero)
    value = value * 10 + digit;
  const digits = at - first;
  const last = at;
  if (bytes[at] === point) while (bytes[++at] === zero);
  const behind = bytes[at];
  if (digits === 0 || digits > mostDigits) return false;
  if (behind !== tab && behind !== newline && behind !== carriageReturn) return false;
  if (digits <= exactDigits) furthest.addNumber(isNegative ? -value : value);
  else furthest.add(BigInt(bytes.toString('latin1', start, last)));
  return true;
}
