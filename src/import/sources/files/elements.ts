import { isUtf8 } from 'node:buffer';
import { mostInOne, tooLong } from '../../../pg/limit.ts';
import { Problem } from '../../../problem.ts';
import { Gathered } from '../../../text/gathered.ts';

/** One element of a JSON document, as it stands there, and where. */
export interface Element {
  readonly text: string;
  /** Each of its characters is a byte of UTF-8: so a long one takes no more than its size, whatever is in it. */
  readonly isBytes: boolean;
  /** The line on which it begins, from 1. */
  readonly line: number;
}

/** From here on what JavaScript makes of an element may take many times its size, and it is read as bytes. */
const longElement = 1024 * 1024;

/** No column has such a name, and an error repeats it. */
const longestKey = 1024;

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;

/** What may stand between elements. */
const between = new Set([0x20, 0x09, 0x0d, newline, 0x2c, 0xef, 0xbb, 0xbf]); // the last three: a byte order mark

/**
 * Splits bytes into JSON values that stand one behind the other, with commas or white space between: the lines of NDJSON, or what is
 * within an array. Holds one value at a time, and throws a Problem for one that is too long or not UTF-8. The bytes end where an array closes that none of them has opened.
 */
export async function* elements(
  chunks: AsyncIterable<Buffer>,
  name: string,
  line = 1,
  most = mostInOne,
): AsyncGenerator<Element> {
  const gathered = new Gathered(longElement, most);
  let begun = false;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let at = line;
  let first = line;
  const gather = (piece: Buffer): void => {
    if (!gathered.add(piece)) throw tooLong(`${name}, line ${first}: an element`, most);
  };
  const take = (last: Buffer): Element => {
    gather(last);
    const bytes = gathered.take();
    const isBytes = bytes.length > longElement;
    const text = isBytes ? proved(bytes, `${name}, line ${first}`) : decoded(bytes, `${name}, line ${first}`);
    begun = false;
    return { text, isBytes, line: first };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (byte === newline) at++;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) {
          isText = false;
          if (depth === 0) {
            yield take(chunk.subarray(from, i + 1));
            from = i + 1;
          }
        }
      } else if (!begun && between.has(byte)) from = i + 1;
      else if (byte === quote) {
        if (!begun) [begun, from, first] = [true, i, at];
        isText = true;
      } else if (byte === 0x5b || byte === 0x7b) {
        if (!begun) [begun, from, first] = [true, i, at];
        depth++;
      } else if (byte === 0x5d || byte === 0x7d) {
        if (depth === 0) {
          if (begun) yield take(chunk.subarray(from, i));
          return;
        }
        if (--depth === 0) {
          yield take(chunk.subarray(from, i + 1));
          from = i + 1;
        }
      } else if (!begun) [begun, from, first] = [true, i, at];
      else if (depth === 0 && between.has(byte)) {
        yield take(chunk.subarray(from, i));
        from = i + 1;
      }
    }
    if (!begun) continue;
    gather(chunk.subarray(from));
  }
  if (begun) yield take(Buffer.alloc(0));
}

/** Bytes that are not UTF-8 are no text: what stood in their place would not be what the file holds. */
function decoded(bytes: Buffer, place: string): string {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd')) proved(bytes, place);
  return text;
}

/** Its bytes, each a character. */
function proved(bytes: Buffer, place: string): string {
  if (!isUtf8(bytes)) throw new Problem(`${place}: not UTF-8`, { hint: 'convert it: iconv -f ENCODING -t UTF-8' });
  return bytes.toString('latin1');
}

/** The members of an object, or the values of an array, each as it stands there: numbers keep all their digits. Of text that JSON.parse takes. Throws a Problem for a key that is far too long. */
export function* members(text: string): Generator<readonly [key: string, value: string]> {
  const marks = /["[\]{},:]/g;
  const isObject = text.trimStart().startsWith('{');
  let depth = 0;
  let key = '';
  let from = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '"') marks.lastIndex = textEnd(text, found.index);
    else if (mark === '{' || mark === '[') {
      if (++depth === 1) from = marks.lastIndex;
    } else if (mark === ':' && depth === 1 && isObject) {
      if (found.index - from > longestKey) throw new Problem(`a key has more than ${longestKey} characters`);
      key = JSON.parse(text.slice(from, found.index)) as string;
      from = marks.lastIndex;
    } else if (depth === 1 && mark !== ':') {
      const value = text.slice(from, found.index).trim();
      if (value !== '') yield [key, value];
      from = marks.lastIndex;
      if (mark !== ',') return;
    } else if (mark === '}' || mark === ']') depth--;
  }
}

/** Where a text in quotes ends that begins here: behind the next quote that an even number of backslashes stands before. */
function textEnd(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}
