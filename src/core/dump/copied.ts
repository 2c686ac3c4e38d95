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

/**
 * The rows of one COPY block, as they come in pieces of any size. A row is a line, whatever is in it: COPY's text format escapes line
 * breaks. The block ends with a line that is a backslash and a dot.
 */
export class CopiedRows {
  #watched: readonly WatchedColumn[];
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
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
    if (this.#begun.length > 0) {
      const end = piece.indexOf(newline);
      this.#begun.push(end < 0 ? piece : piece.subarray(0, end + 1));
      if (end < 0) return null;
      const line = Buffer.concat(this.#begun);
      this.#begun = [];
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
    if (at < bytes.length) this.#begun = [bytes.subarray(at)];
    return null;
  }

  /** What there is of a line whose end has not come. */
  get begun(): 'nothing' | 'a row' | 'the end' {
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
      if (!read(bytes, start, column.furthest) && column.isGuess && bytes[start] !== backslash)
        this.#watched = this.#watched.filter((one) => one !== column);
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
