import { mostInOne, tooLong } from '../../../pg/limit.ts';
import { Problem } from '../../../problem.ts';
import { bytesOf, type SourceFile } from './file.ts';

/** Where what is within an array lies in a file. */
export interface Part {
  /** The key that it has in the object around it; null where there is none. */
  readonly key: string | null;
  /** Its first and last byte; `to` is before `from` where the array is empty. */
  readonly from: number;
  readonly to: number;
  /** The line of its first byte, from 1. */
  readonly line: number;
}

/** Finds the arrays of rows in a document: the document itself, or the members of the object that it is. Throws a Problem for anything else. */
export async function partsOf(file: SourceFile): Promise<Part[]> {
  const { mostInOne: most = mostInOne } = file;
  const parts: Part[] = [];
  let depth = 0;
  /** How deep the rows' arrays are: within the document, or within its object. */
  let level = 0;
  let [isText, isEscaped] = [false, false];
  let word: Buffer[] | null = null;
  let key: string | null = null;
  let [from, line, at, lines] = [0, 1, 0, 1];
  const wrong = (what: string): Problem =>
    new Problem(`${file.name}, line ${lines}: ${what}`, {
      hint: 'a JSON document is an array of rows, or an object of such arrays: {"users": [{"id": 1}]}',
    });
  for await (const chunk of bytesOf(file, () => undefined)) {
    let begin = 0;
    for (let i = 0; i < chunk.length; i++, at++) {
      const byte = chunk[i] as number;
      if (byte === 0x0a) lines++;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) {
          isText = false;
          if (word !== null) {
            key = JSON.parse(Buffer.concat([...word, chunk.subarray(begin, i + 1)]).toString('utf8')) as string;
            word = null;
          }
        }
      } else if (byte === 0x22) {
        isText = true;
        if (depth < level || level === 0) [word, begin] = [[], i];
      } else if (byte === 0x5b || byte === 0x7b) {
        if (depth === 0) level = byte === 0x5b ? 1 : 2;
        depth++;
        if (depth === level && byte !== 0x5b) throw wrong(`${JSON.stringify(key)} is not an array`);
        if (depth === level) [from, line] = [at + 1, lines];
      } else if (byte === 0x5d || byte === 0x7d) {
        if (depth === level && level > 0 && byte === 0x5d)
          parts.push({ key: level === 1 ? null : key, from, to: at - 1, line });
        depth--;
        if (depth < 0) throw wrong('unexpected closing bracket');
      } else if (depth < level && /[^\s:,]/.test(String.fromCharCode(byte)) && at > 2)
        throw wrong(key === null ? 'this is not a JSON document of rows' : `${JSON.stringify(key)} is not an array`);
    }
    if (word !== null) {
      word.push(chunk.subarray(begin));
      begin = 0;
      if (word.length * chunk.length > most) throw tooLong(`${file.name}, line ${lines}: a key`, most);
    }
  }
  if (isText || depth > 0) throw wrong('the document is truncated');
  const seen = new Set<string | null>();
  const twice = parts.find(({ key }) => seen.size === seen.add(key).size);
  if (twice !== undefined) throw wrong(`${JSON.stringify(twice.key)} appears twice`);
  return parts;
}
