import { Problem } from '../../pg/problem.ts';

/** Encodings of PostgreSQL whose characters may hold the bytes of a backslash or a quote. */
const unsafe =
  /^(?:sjis|shiftjis|mskanji|shiftjis2004|big5|win950|windows950|gbk|win936|windows936|gb18030|uhc|win949|windows949)$/;

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

/** Reads text in an encoding that is called as PostgreSQL calls it. Throws a Problem for one that is not known here. */
export function decoder(encoding: string | null): InstanceType<typeof TextDecoder> {
  const name = plain(encoding ?? 'utf8');
  const [pattern, label] = labels.find(([one]) => one.test(name)) ?? [/^.*$/, encoding ?? 'utf-8'];
  try {
    return new TextDecoder(name.replace(pattern, label), { fatal: true });
  } catch (cause) {
    throw new Problem(`--encoding ${encoding}: not an encoding that can be read here`, {
      hint: 'convert it: iconv -f ENCODING -t UTF-8',
      cause,
    });
  }
}

/** Whether tabs, quotes, backslashes and line breaks can be found in the bytes as they lie there. */
export function isSafe(encoding: string | null): boolean {
  return encoding === null || !unsafe.test(plain(encoding));
}

/** The same text in UTF-8. */
export async function* inUtf8(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Buffer> {
  const reading = decoder(encoding);
  for await (const piece of bytes) yield Buffer.from(reading.decode(piece, { stream: true }));
  yield Buffer.from(reading.decode());
}
