import type pg from 'pg';

/** All that is asked of a client of node-postgres, whoever opened it. */
export type CopyClient = Pick<pg.Client, 'query'>;

/** Each is copied on its way. */
const sliceSize = 1024 * 1024;

function* slicesOf(chunk: Uint8Array): Generator<Uint8Array> {
  if (chunk.length <= sliceSize) yield chunk;
  else for (let from = 0; from < chunk.length; from += sliceSize) yield chunk.subarray(from, from + sliceSize);
}

/**
 * Sends bytes to a `COPY … FROM STDIN`, no faster than the server takes them, and returns how many rows it took. An error of
 * the bytes, and the signal, end it as CopyFail, so that the session can be used again; their reason is thrown. So is the
 * server's error, at once: what is left of the bytes is not read any more.
 */
export async function copyFrom(
  client: CopyClient,
  sql: string,
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<bigint> {
  const { from } = await import('pg-copy-streams');
  signal?.throwIfAborted();
  const stream = client.query(from(sql));
  const iterator = chunks[Symbol.asyncIterator]();
  let ended: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const end = (error: unknown): void => {
    ended ??= { error };
    wake();
  };
  const onAbort = (): void => end(signal?.reason);
  const settled = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    // Not once: the server may have failed before it hears of CopyFail
    stream.on('error', (error) => {
      end(error);
      stream.destroy(); // it would go on with what it holds, on a connection that it has given back
      resolve();
    });
  });
  stream.on('drain', () => wake());
  stream.once('finish', () => wake());
  signal?.addEventListener('abort', onAbort, { once: true });
  /** Resolves with what was awaited; earlier, with nothing, when the COPY has ended. One promise for all would grow with the rows. */
  const unlessEnded = <Value>(work: Promise<Value>): Promise<Value | undefined> =>
    new Promise((resolve, reject) => {
      wake = () => (ended === undefined ? undefined : resolve(undefined));
      wake();
      work.then(resolve, reject);
    });
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      wake = () => (ended !== undefined || isSo() ? resolve() : undefined);
      wake();
    });
  try {
    for (;;) {
      const step = await unlessEnded(iterator.next());
      if (step === undefined || step.done === true) break;
      for (const slice of slicesOf(step.value)) {
        if (!stream.write(slice)) await until(() => !stream.writableNeedDrain);
        if (ended !== undefined) break;
      }
      if (ended !== undefined) break;
    }
    if (ended === undefined) {
      stream.end();
      await until(() => stream.writableFinished);
    }
  } catch (error) {
    end(error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (ended === undefined) return BigInt(stream.rowCount);
  iterator.return?.().catch(() => undefined);
  if (!stream.destroyed) stream.destroy(new Error('the rows ended early')); // CopyFail; the server answers with an error
  await settled;
  throw ended.error;
}
