import { Buffer } from 'node:buffer';
import { copyField } from '../../pg/query/copy-text.ts';

/** A value that PostgreSQL is to read as it is; null is NULL. */
export type Value = string | number | null;

/** Gathers rows into pieces of COPY's text format: big ones, since each costs the driver a good deal. */
export interface Lines {
  /** Takes one more row, and returns the pieces that are full: mostly none. Of a long row they are made as they are asked for. */
  add(row: readonly Value[]): Iterable<Uint8Array>;
  /** What is left; may be empty. */
  rest(): Uint8Array;
}

const full = 65_536;

/** From here on each copy of a value counts. */
const longValue = 1024 * 1024;

const none: readonly Uint8Array[] = [];

/** Parts of a text, none of them long, and no character cut in two. */
export function* slicesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = from + full;
    const last = text.charCodeAt(to - 1);
    if (last >= 0xd800 && last < 0xdc00) to++;
    yield text.slice(from, to);
    from = to;
  }
}

/** A row of COPY's text format piece by piece, its values in parts: of a long one there is no second copy. */
export function* longLine(
  row: readonly (Iterable<string> | null)[],
  bytesOf: (text: string) => Uint8Array,
): Generator<Uint8Array> {
  let text = '';
  let separator = '';
  for (const value of row) {
    text += separator;
    separator = '\t';
    if (value === null) text += '\\N';
    for (const part of value ?? []) {
      text += copyField(part);
      if (text.length < full) continue;
      yield bytesOf(text);
      text = '';
    }
  }
  yield bytesOf(`${text}\n`);
}

/** The bytes of a text each of whose characters stands for one. */
export const bytewise = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Its bytes in UTF-8. */
export const inUtf8 = (text: string): Buffer => Buffer.from(text);

/** `bytesOf`: what a text is sent as. */
export function gatherLines(bytesOf: (text: string) => Uint8Array): Lines {
  let text = '';
  const take = (): Uint8Array => {
    const chunk = bytesOf(text);
    text = '';
    return chunk;
  };
  function* long(row: readonly Value[]): Generator<Uint8Array> {
    if (text !== '') yield take();
    yield* longLine(
      row.map((value) => (value === null ? null : slicesOf(String(value)))),
      bytesOf,
    );
  }
  return {
    add(row) {
      if (row.some((value) => typeof value === 'string' && value.length > longValue)) return long(row);
      let separator = '';
      for (const value of row) {
        text += separator;
        separator = '\t';
        if (value === null) text += '\\N';
        else text += typeof value === 'string' ? copyField(value) : value;
      }
      text += '\n';
      return text.length < full ? none : [take()];
    },
    rest: take,
  };
}
