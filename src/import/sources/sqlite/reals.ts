import { Buffer } from 'node:buffer';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Writes the real numbers of lines, which come as `\r mantissa * exponent \r`, as the shortest text that is the very number. */
export async function* withReals(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = []; // of a line whose end has not come
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(newline) + 1;
    if (end === 0) {
      begun.push(piece);
      continue;
    }
    yield* written(Buffer.concat([...begun, piece.subarray(0, end)]));
    begun = end < piece.length ? [piece.subarray(end)] : [];
  }
}

function* written(lines: Buffer): Generator<Uint8Array> {
  if (!lines.includes(carriageReturn)) {
    yield lines;
    return;
  }
  const text = lines.toString('latin1').replaceAll(/\r(-?\d+)\*(-?\d+)\r/g, (_, mantissa: string, exponent: string) => {
    return String(Number(mantissa) * 2 ** Number(exponent));
  });
  yield Buffer.from(text, 'latin1');
}
