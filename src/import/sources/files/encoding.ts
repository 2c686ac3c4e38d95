import { isAscii } from 'node:buffer';
import { Problem } from '../../../problem.ts';
import { badText, type Wide, wideOf } from './wide.ts';

/** PostgreSQL's names that TextDecoder calls otherwise. */
const labels: readonly (readonly [RegExp, string])[] = [
  [/^(?:unicode|utf8)$/, 'utf-8'],
  [/^latin5$/, 'iso-8859-9'],
  [/^latin6$/, 'iso-8859-10'],
  [/^latin7$/, 'iso-8859-13'],
  [/^latin8$/, 'iso-8859-14'],
  [/^latin9$/, 'iso-8859-15'],
  [/^latin10$/, 'iso-8859-16'],
  [/^latin(\d)$/, 'iso-8859-$1'],
  [/^iso8859(\d+)$/, 'iso-8859-$1'],
  [/^win(?:dows)?(125\d|874)$/, 'windows-$1'],
  [/^win(?:dows)?866$/, 'ibm866'],
  [/^koi8r?$/, 'koi8-r'],
  [/^koi8u$/, 'koi8-u'],
  [/^euc(jp|kr)$/, 'euc-$1'],
  [/^euccn$/, 'gbk'],
  [/^(?:sjis|shiftjis|mskanji|shiftjis2004)$/, 'shift_jis'],
  [/^(?:big5|win950|windows950)$/, 'big5'],
  [/^(?:gbk|win936|windows936)$/, 'gbk'],
  [/^(?:uhc|win949|windows949)$/, 'euc-kr'],
];

function plain(encoding: string): string {
  return encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Encodings that TextDecoder has not, or under a name of another, or only a part of: of a header in them only ASCII is read. */
const misread = /^(?:uhc|win949|windows949|shiftjis2004|euctw)$/;

/** In place of the control characters from 0x80 on; blank where there is none. Some Node.js read WIN1252 as LATIN1. */
const win1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** What reads a text: `stream` where more of it may come. Throws where the bytes are none. */
export interface Decoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/** Reads text in an encoding that is called as PostgreSQL calls it. Throws a Problem for one that is not known here. */
export function decoder(encoding: string | null): Decoder {
  const name = plain(encoding ?? 'utf8');
  if (/^win(?:dows)?1252$/.test(name)) return { decode: (bytes) => asWin1252(bytes ?? nothing) };
  if (misread.test(name))
    return {
      decode(bytes = nothing) {
        if (isAscii(bytes)) return Buffer.from(bytes).toString('latin1');
        throw unknownEncoding(encoding);
      },
    };
  const [pattern, label] = labels.find(([one]) => one.test(name)) ?? [/^.*$/, encoding ?? 'utf-8'];
  try {
    return new TextDecoder(name.replace(pattern, label), { fatal: true });
  } catch (cause) {
    throw unknownEncoding(encoding, cause);
  }
}

const nothing = Buffer.alloc(0);

function asWin1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\u0080-\u009f]/g, (byte) => {
      const character = win1252[byte.charCodeAt(0) - 0x80] ?? ' ';
      if (character !== ' ') return character;
      throw Object.assign(new TypeError('a byte that WIN1252 does not have'), { code: badText });
    });
}

function unknownEncoding(encoding: string | null, cause?: unknown): Problem {
  return new Problem(`--encoding ${encoding}: not an encoding that can be read here`, {
    hint: 'convert it: iconv -f ENCODING -t UTF-8',
    cause,
  });
}

/** What reads the bytes where a tab or a backslash may be a part of a character; null where they can be found as they lie there. */
export function wideIn(encoding: string | null): Wide | null {
  return encoding === null ? null : wideOf(plain(encoding));
}

/** One has characters of three bytes that hold a backslash, one a character of two bytes that PostgreSQL makes a backslash of. */
const unmatched = /^(?:johab|shiftjis2004)$/;

/** Whether PostgreSQL is to read the bytes as they are. UTF-8 is looked at here: one hint for the file, not a reject for each row. */
export function isBytewise(encoding: string | null): encoding is string {
  if (encoding !== null && unmatched.test(plain(encoding))) throw unknownEncoding(encoding);
  return encoding !== null && !/^(?:unicode|utf8)$/.test(plain(encoding));
}

/** The same text in UTF-8. */
export async function* inUtf8(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Buffer> {
  const reading = decoder(encoding);
  for await (const piece of bytes) yield Buffer.from(reading.decode(piece, { stream: true }));
  yield Buffer.from(reading.decode());
}
