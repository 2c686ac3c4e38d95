import { Buffer } from 'node:buffer';

/** Bytes that come in pieces and belong together. What is long lies in one place, used again for the next: gathered pieces would be two copies. */
export class Gathered {
  readonly #long: number;
  readonly #most: number;
  #pieces: Buffer[] = [];
  #place: Buffer | null = null;
  #size = 0;

  /** From `long` bytes on there is one place, which has room for `most`. */
  constructor(long: number, most: number) {
    this.#long = long;
    this.#most = most;
  }

  /** Takes one more piece; returns whether it has room. */
  add(piece: Buffer): boolean {
    const before = this.#size;
    this.#size += piece.length;
    if (this.#size > this.#most) return false;
    if (this.#size <= this.#long) {
      this.#pieces.push(piece);
      return true;
    }
    this.#place ??= Buffer.allocUnsafeSlow(this.#most); // no memory until something is written there
    if (before <= this.#long) Buffer.concat(this.#pieces).copy(this.#place);
    this.#pieces = [];
    piece.copy(this.#place, before);
    return true;
  }

  /** All of it, to be used before the next piece is taken. */
  take(): Buffer {
    const [only] = this.#pieces;
    const size = this.#size;
    const pieces = this.#pieces;
    [this.#pieces, this.#size] = [[], 0];
    if (size > this.#long) return this.#place?.subarray(0, size) ?? Buffer.alloc(0);
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }
}
