import type { Buffer } from 'node:buffer';
import type { Connection } from 'mysql2';
import { gatherLines, type Value } from '../lines.ts';

/** A row as the server sent it. */
export type RawRow = readonly (Buffer | null)[];

/** Asks something short. Values come as text. */
export async function ask(connection: Connection, sql: string): Promise<(string | null)[][]> {
  return await new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => {
      if (error !== null) reject(error);
      else
        resolve(
          ((Array.isArray(rows) ? rows : []) as unknown as RawRow[]).map((row) =>
            row.map((value) => value?.toString() ?? null),
          ),
        );
    });
  });
}

/** Pieces that may lie ready before the server is kept waiting. */
const ready = 4;

/**
 * Asks for many rows, and hands them over as lines of COPY in pieces. The server waits while nobody takes them. What is left of
 * them when the reader stops early is read and thrown away: the next question is answered after it.
 */
export async function* linesOf(
  connection: Connection,
  sql: string,
  convert: (row: RawRow) => readonly Value[],
): AsyncGenerator<Uint8Array> {
  const lines = gatherLines('latin1');
  const chunks: Uint8Array[] = [];
  let done = false;
  let unwanted = false;
  let failure: unknown;
  let wake = (): void => {};
  const query = connection.query(sql);
  query.on('result', (row: unknown) => {
    if (unwanted || failure !== undefined) return;
    try {
      const chunk = lines.add(convert(row as RawRow));
      if (chunk === null) return;
      chunks.push(chunk);
    } catch (error) {
      failure = error;
    }
    if (chunks.length >= ready) connection.pause();
    wake();
  });
  const fail = (error: unknown): void => {
    failure ??= error;
    done = true;
    wake();
  };
  query.on('error', fail);
  connection.on('error', fail); // its loss: a question without a callback does not hear of it
  query.on('end', () => {
    chunks.push(lines.rest());
    done = true;
    wake();
  });
  try {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        yield chunk;
        continue;
      }
      if (failure !== undefined) throw failure;
      if (done) return;
      connection.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    connection.off('error', fail);
    unwanted = true;
    connection.resume();
  }
}
