import type { Buffer } from 'node:buffer';
import type { Connection, QueryOptions } from 'mysql2';
import { counted } from '../../../text/counted.ts';
import { bytewise, gatherLines, type Value } from '../lines.ts';
import { ofDriver, quietly, strangeAnswer } from './connect.ts';

/** A row as the server sent it. */
export type RawRow = readonly (Buffer | null)[];

/** Asks something short, whose answer has that many columns. Values come as text. */
export async function ask(connection: Connection, sql: string, width: number): Promise<(string | null)[][]> {
  return (rowsOf(await send(connection, sql), width) as RawRow[]).map((row) =>
    row.map((value) => value?.toString() ?? null),
  );
}

/** Has something done whose answer says nothing. */
export async function tell(connection: Connection, sql: string): Promise<void> {
  await send(connection, sql);
}

async function send(connection: Connection, sql: string): Promise<unknown> {
  let lost: (error: Error) => void = () => {};
  try {
    return await new Promise((resolve, reject) => {
      // Where an answer makes no sense, the driver says so of the connection, and the question hears nothing
      lost = (error) => reject(ofDriver(error));
      connection.on('error', lost);
      connection.query(question(sql), (error, rows) => (error === null ? resolve(rows) : lost(error)));
    });
  } finally {
    connection.off('error', lost);
  }
}

/** No server is given a file of this machine: one that asks for it is not answered. */
function question(sql: string): QueryOptions {
  const infileStreamFactory = (): never => {
    throw strangeAnswer('a request for a file of this machine (LOCAL INFILE)');
  };
  return { sql, infileStreamFactory };
}

function rowsOf(answer: unknown, width: number): readonly unknown[] {
  if (!Array.isArray(answer)) throw strangeAnswer('no rows where some were asked for');
  for (const row of answer) proveRow(row, width);
  return answer as readonly unknown[];
}

function proveRow(row: unknown, width: number): RawRow {
  if (!Array.isArray(row)) throw strangeAnswer('no row where one was asked for');
  if (row.length !== width)
    throw strangeAnswer(`a row of ${counted(row.length, 'column')}, where ${counted(width, 'column')} were asked for`);
  return row as RawRow;
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
  width: number,
  convert: (row: RawRow) => readonly Value[],
): AsyncGenerator<Uint8Array> {
  const lines = gatherLines(bytewise);
  const chunks: Uint8Array[] = [];
  let done = false;
  let unwanted = false;
  let failure: unknown;
  let wake = (): void => {};
  const query = connection.query(question(sql));
  query.on('result', (row: unknown) => {
    if (unwanted || failure !== undefined) return;
    try {
      const before = chunks.length;
      for (const chunk of lines.add(convert(proveRow(row, width)))) chunks.push(chunk);
      if (chunks.length === before) return;
    } catch (error) {
      failure = error;
    }
    if (chunks.length >= ready) connection.pause();
    wake();
  });
  const fail = (error: Error): void => {
    failure ??= ofDriver(error);
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
      // Before the driver goes on: what it has kept, the end too, it hands over at once
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      quietly(() => connection.resume());
      await woken;
    }
  } finally {
    connection.off('error', fail);
    unwanted = true;
    quietly(() => connection.resume());
  }
}

/** A name for MySQL, whatever its sql_mode. */
export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
