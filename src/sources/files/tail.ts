const newline = 10;
const carriageReturn = 13;

/** The same bytes without the blank lines at their end. */
export async function* withoutBlankEnd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let end = chunk.length;
    while (end > 0 && (chunk[end - 1] === newline || chunk[end - 1] === carriageReturn)) end--;
    if (end > 0) {
      if (held.length > 0) yield held;
      yield chunk.subarray(0, end);
      held = chunk.subarray(end);
    } else held = Buffer.concat([held, chunk]);
  }
  const first = held[0] === carriageReturn && held[1] === newline ? 2 : 1;
  if (held.length > 0) yield held.subarray(0, first);
}
