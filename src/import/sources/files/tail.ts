import { tooLong } from '../../../pg/limit.ts';

const newline = 10;
const carriageReturn = 13;

/** The same bytes without the blank lines at their end. `most`: bytes that blank lines may have. */
export async function* withoutBlankEnd(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let end = chunk.length;
    while (end > 0 && (chunk[end - 1] === newline || chunk[end - 1] === carriageReturn)) end--;
    if (end > 0) {
      yield* held;
      yield chunk.subarray(0, end);
      [held, size] = [[], 0];
    }
    if (end === chunk.length) continue;
    held.push(chunk.subarray(end));
    size += chunk.length - end;
    if (size > most) throw tooLong('a stretch of blank lines', most);
  }
  const blank = Buffer.concat(held);
  const first = blank[0] === carriageReturn && blank[1] === newline ? 2 : 1;
  if (blank.length > 0) yield blank.subarray(0, first);
}
