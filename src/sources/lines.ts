import { Buffer } from 'node:buffer';
import { copyField } from '../pg/copy-text.ts';

/** A value that PostgreSQL is to read as it is; null is NULL. */
export type Value = string | number | null;

/** Gathers rows into pieces of COPY's text format: big ones, since each costs the driver a good deal. */
export interface Lines {
  /** Takes one more row, and returns a piece as often as one is full. */
  add(row: readonly Value[]): Uint8Array | null;
  /** What is left; may be empty. */
  rest(): Uint8Array;
}

const full = 65_536;

/** `latin1`: each character stands for a byte. */
export function gatherLines(encoding: 'utf8' | 'latin1'): Lines {
  let text = '';
  const take = (): Uint8Array => {
    const chunk = Buffer.from(text, encoding);
    text = '';
    return chunk;
  };
  return {
    add(row) {
      let separator = '';
      for (const value of row) {
        text += separator;
        separator = '\t';
        if (value === null) text += '\\N';
        else text += typeof value === 'string' ? copyField(value) : value;
      }
      text += '\n';
      return text.length < full ? null : take();
    },
    rest: take,
  };
}
