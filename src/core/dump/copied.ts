/** What is looked for in the rows of a COPY block: the furthest values of one column. */
export interface WatchedColumn {
  /** Its place among the columns, from 0. */
  readonly place: number;
  readonly add: (value: bigint) => void;
}

const tab = 9;
const newline = 10;

/**
 * The rows of one COPY block, as they come in pieces of any size. A row is a line, whatever is in it: COPY's text format escapes line
 * breaks. The block ends with a line that is a backslash and a dot.
 */
export class CopiedRows {
  readonly #watched: readonly WatchedColumn[];
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  rows = 0n;

  constructor(watched: readonly WatchedColumn[]) {
    this.#watched = watched;
  }

  /** Takes a piece; returns what is behind the end of the block, or null while that has not come. */
  take(piece: Buffer): Buffer | null {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let rows = 0;
    let at = 0;
    try {
      for (let end = bytes.indexOf(newline, at); end >= 0; end = bytes.indexOf(newline, at)) {
        if (
          bytes[at] === 0x5c &&
          bytes[at + 1] === 0x2e &&
          (end === at + 2 || (end === at + 3 && bytes[at + 2] === 13))
        ) {
          this.#rest = Buffer.alloc(0);
          return bytes.subarray(end + 1);
        }
        rows++;
        for (const column of this.#watched) this.#look(bytes, at, end, column);
        at = end + 1;
      }
    } finally {
      this.rows += BigInt(rows);
    }
    this.#rest = bytes.subarray(at);
    return null;
  }

  #look(bytes: Buffer, from: number, end: number, { place, add }: WatchedColumn): void {
    let start = from;
    for (let passed = 0; passed < place; passed++) {
      start = bytes.indexOf(tab, start) + 1;
      if (start === 0 || start > end) return;
    }
    const next = bytes.indexOf(tab, start);
    const text = bytes.toString('latin1', start, next < 0 || next > end ? end : next);
    if (/^-?\d{1,40}$/.test(text)) add(BigInt(text));
  }
}
