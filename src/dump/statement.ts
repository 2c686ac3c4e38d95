import { isUtf8 } from 'node:buffer';

/** From here on, in bytes, no text is made of a whole statement. */
export const longStatement = 1024 * 1024;

const pieceSize = 64 * 1024;

/** A statement of a script: its beginning as text, which is all of most, and what lies behind that as bytes. */
export class Statement {
  /** Without the blanks around it. */
  readonly head: string;
  readonly #bytes: Buffer;
  /** Where bytes are no UTF-8, each is a character: what is counted in the one is found again in the other. */
  readonly #encoding: 'utf8' | 'latin1';

  constructor(bytes: Buffer) {
    this.#bytes = trimmed(bytes);
    let end = Math.min(this.#bytes.length, longStatement);
    if (end < this.#bytes.length) while (end > 0 && ((this.#bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    const head = this.#bytes.subarray(0, end);
    this.#encoding = end === this.#bytes.length || isUtf8(head) ? 'utf8' : 'latin1';
    this.head = head.toString(this.#encoding);
  }

  /** What stands behind so many characters of the head, in pieces. Behind the head, each character is a byte. */
  *behind(characters: number): Generator<string> {
    yield this.head.slice(characters);
    for (let from = Buffer.byteLength(this.head, this.#encoding); from < this.#bytes.length; from += pieceSize)
      yield this.#bytes.toString('latin1', from, Math.min(from + pieceSize, this.#bytes.length));
  }
}

function trimmed(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && isBlank(bytes[from])) from++;
  while (to > from && isBlank(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);
}
