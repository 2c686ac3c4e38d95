import { Problem } from '../problem.ts';
import type { LoadSession } from '../pg/query/target.ts';
import type { ImportOptions, LoadProgress } from './options.ts';
import type { OnConflict, TableLoad } from './plan.ts';
import { type Destination, type Put, staged, straight } from './copy.ts';
import { putWhatFits } from './rejects.ts';
import { type CopyPlace, copyPlace, importProblem } from './row-error.ts';
import type { RowStream } from './source.ts';

export interface LoadedRows extends Put {
  readonly rejected: bigint;
}

export interface LoadOptions extends Pick<ImportOptions, 'onReject' | 'signal'> {
  readonly onConflict: OnConflict;
  readonly onProgress: (progress: Pick<LoadProgress, 'rows' | 'bytes'>) => void;
}

/** Loads the rows of one table, inside the transaction that is open. Throws a Problem that names the row, where one is to blame. */
export async function loadRows(
  target: LoadSession,
  load: TableLoad,
  into: Destination,
  { onReject, onConflict, onProgress, signal }: LoadOptions,
): Promise<LoadedRows> {
  if (load.columns.length === 0) return noRows(load);
  let stream: RowStream | null = null;
  let name = into.name;
  try {
    const read = load.table.read({
      columns: load.columns.map((column) => ({ source: column.source, type: column.target.type })),
      rowwise: onReject !== undefined,
      signal,
    });
    stream = read;
    const putter =
      onConflict === 'error'
        ? straight(target, load, into, read.format, signal)
        : await staged(target, load, into, read.format, onConflict, signal);
    name = putter.name;
    const counted = { ...read, chunks: counting(read, onProgress), placeOf: read.placeOf.bind(read) };
    const done =
      onReject === undefined
        ? { ...(await putter.put(counted.chunks)), rejected: 0n }
        : await putWhatFits(target, load, counted, putter, async (row) => onReject(row), signal);
    await putter.close();
    return done;
  } catch (error) {
    signal?.throwIfAborted();
    throw importProblem(error, load, stream, placeIn(error, name, load), onConflict);
  }
}

/** An export has its empty tables too: without a row nobody knows their columns. */
function noRows({ source, table, target }: TableLoad): LoadedRows {
  if (table.rows !== null && table.rows > 0n)
    throw new Problem(`${source.name}: the rows for ${target.display} have no values`);
  return { rows: 0n, stored: 0n, rejected: 0n };
}

function placeIn(error: unknown, name: string, { columns }: TableLoad): CopyPlace | null {
  return copyPlace(
    error,
    name,
    columns.map(({ target }) => target.name),
  );
}

const newline = 10;

/** The same bytes, and how many rows they were: lines, which in CSV may be a few more than rows. */
async function* counting(stream: RowStream, onProgress: LoadOptions['onProgress']): AsyncGenerator<Uint8Array> {
  let rows = 0n;
  for await (const chunk of stream.chunks) {
    let lines = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines++;
    rows += BigInt(lines);
    onProgress({ rows, bytes: stream.position() });
    yield chunk;
  }
}
