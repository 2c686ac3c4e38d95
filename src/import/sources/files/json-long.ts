import { Buffer } from 'node:buffer';
import { slicesOf } from '../lines.ts';
import { members } from './elements.ts';
import { halfCharacter, refuseDeep } from './json-values.ts';
import { placedAll } from './placed.ts';

/**
 * What columnValue makes of a value, in parts: of a long one there is never a second copy. Each character of `json`, and of what is
 * given, is a byte of UTF-8. Throws a Problem, with the place, for what no column can hold; `json` is known to be JSON.
 */
export function longValue(json: string, type: string, place: string): Iterable<string> | null {
  if (json === 'null') return null;
  return placedAll(parts(json, type), place);
}

/** Text whose characters are bytes of UTF-8, as it reads. */
export function inUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function parts(json: string, type: string): Iterable<string> {
  if (type === 'json' || type === 'jsonb') return slicesOf(json);
  if (json.startsWith('"')) return textIn(json);
  if (json.startsWith('[') && type.endsWith('[]')) return arrayLiteral(json, 1);
  const bytes = json.startsWith('{') && type === 'bytea' ? bufferIn(json) : null;
  return bytes === null ? slicesOf(json) : bufferHex(bytes);
}

/** A part is as long as this, or a little longer. */
const full = 65_536;

const escaped: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function* textIn(json: string): Generator<string> {
  const end = json.length - 1;
  let part = '';
  for (let at = 1; at < end; ) {
    const found = json.indexOf('\\', at);
    const stop = found < 0 || found > end ? end : found;
    yield* slicesOf(json.slice(at, stop));
    part = '';
    // Escapes that follow one another go together
    for (at = stop; at < end && json[at] === '\\' && part.length < full; ) {
      const sign = json[at + 1] as string;
      const [text, length] = sign === 'u' ? escapedCharacter(json, at) : [escaped[sign] ?? sign, 2];
      part += text;
      at += length;
    }
    if (part !== '') yield part;
  }
}

/** A character that is written by its code, and how long that is: two of them where it is a pair. */
function escapedCharacter(json: string, at: number): [text: string, length: number] {
  const code = codeAt(json, at);
  if (code < 0xd800 || code > 0xdfff) return [bytesOf(code), 6];
  const low = json.startsWith('\\u', at + 6) ? codeAt(json, at + 6) : 0;
  if (code > 0xdbff || low < 0xdc00 || low > 0xdfff) throw halfCharacter(code);
  return [bytesOf(0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00)), 12];
}

function codeAt(json: string, at: number): number {
  return Number.parseInt(json.slice(at + 2, at + 6), 16);
}

function bytesOf(code: number): string {
  return code < 0x80 ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}

function* arrayLiteral(json: string, dimensions: number): Generator<string> {
  refuseDeep(dimensions);
  let part = '{';
  let isFirst = true;
  for (const [, value] of members(json)) {
    if (!isFirst) part += ',';
    isFirst = false;
    if (value === 'null') part += 'NULL';
    else if (value.startsWith('[')) {
      yield part;
      yield* arrayLiteral(value, dimensions + 1);
      part = '';
    } else {
      part += '"';
      for (const text of value.startsWith('"') ? textIn(value) : slicesOf(value)) {
        part += text.replaceAll(/["\\]/g, String.raw`\$&`);
        if (part.length < full) continue;
        yield part;
        part = '';
      }
      part += '"';
    }
    if (part.length < full) continue;
    yield part;
    part = '';
  }
  yield `${part}}`;
}

/** The bytes of a Buffer, as Node.js writes it in JSON: an array of numbers. */
function bufferIn(json: string): string | null {
  let [isBuffer, data] = [false, ''];
  for (const [key, value] of members(json)) {
    if (key === 'type') isBuffer = value === '"Buffer"';
    if (key === 'data') data = value;
  }
  return isBuffer && data.startsWith('[') ? data : null;
}

function* bufferHex(data: string): Generator<string> {
  let part = '\\x';
  for (const [, value] of members(data)) {
    part += (Number(value) & 255).toString(16).padStart(2, '0');
    if (part.length < full) continue;
    yield part;
    part = '';
  }
  yield part;
}
