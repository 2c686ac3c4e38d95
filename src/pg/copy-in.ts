import { pipeline } from 'node:stream/promises';
import type pg from 'pg';

/**
 * Runs `COPY … FROM STDIN` with these bytes and returns how many rows it brought. What goes wrong while reading them ends the COPY, and the
 * session can be used again. The library is loaded here, since few runs need it.
 */
export async function copyIn(client: pg.ClientBase, sql: string, chunks: AsyncIterable<Uint8Array>): Promise<bigint> {
  const { from } = await import('pg-copy-streams');
  const stream = client.query(from(sql));
  await pipeline(chunks, stream);
  return BigInt(stream.rowCount);
}
