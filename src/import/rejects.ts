import type { LoadSession } from '../pg/query/target.ts';
import { errorCode } from '../pg/sqlstate.ts';
import { failingRows } from './failing-rows.ts';
import type { TableLoad } from './plan.ts';
import type { Put, TableWriter } from './copy.ts';
import { copyPlace, isAboutRows, reasonOf } from './row-error.ts';
import type { RowStream } from './source.ts';

/** A row that was not taken. */
export interface RejectedRow {
  readonly source: string;
  /** The table that it was for. */
  readonly table: string;
  /** Its place in the source; null where that has no lines, or no rows. */
  readonly line: number | null;
  readonly row: number | null;
  /** The target's column that its value did not fit; null where that is not known. */
  readonly column: string | null;
  /** PostgreSQL's reason, and its SQLSTATE. */
  readonly reason: string;
  readonly code: string;
  /** The row as COPY would have read it: columns apart by tabs, `\N` for NULL. */
  readonly text: string;
}

/** A line for COPY, and its number in the whole stream. */
interface Line {
  readonly number: number;
  /** As they came: of a long line, put together, there would be a second copy. */
  readonly pieces: readonly Uint8Array[];
}

/** Rows that go together: many enough to be quick, few enough to be halved quickly where one of them does not fit. */
const batchSize = 2000;

/** Their bytes: a batch is held as a whole. */
const batchBytes = 8 * 1024 * 1024;

const point = 'pgseq_batch';

const foreignKeyViolation = '23503';

/** Bytes of rows that are kept for the end, whole batches of them, because of a later row that they may refer to. */
const mostPostponed = 64 * 1024 * 1024;

/** Rows as they come; those that were put off; those that found nothing once more. */
type Pass = 'first' | 'again' | 'last';

/**
 * Puts the rows of a stream of text lines into a table, and what does not fit into `reject`. Rows whose foreign key finds nothing
 * are tried once more when the others are in: they may refer to a later row of the same table.
 */
export async function putWhatFits(
  target: LoadSession,
  load: TableLoad,
  stream: RowStream,
  putter: TableWriter,
  reject: (row: RejectedRow) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Put & { readonly rejected: bigint }> {
  const columns = load.columns.map((column) => column.target.name);
  const total = { rows: 0n, stored: 0n };
  let rejected = 0n;
  let early: Line[] = [];
  let postponed = 0;

  /** Puts lines together; where one does not fit, what is left without it. */
  async function put(lines: readonly Line[], pass: Pass): Promise<void> {
    if (lines.length === 0) return;
    await target.query([`savepoint ${point}`], signal);
    try {
      const done = await putter.put(chunksOf(lines));
      await target.query([`release savepoint ${point}`], signal);
      total.rows += done.rows;
      total.stored += done.stored;
      return;
    } catch (error) {
      if (!isAboutRows(error)) throw error;
      await target.query([`rollback to savepoint ${point}`, `release savepoint ${point}`]);
      const place = copyPlace(error, putter.name, columns);
      const at = place === null || place.line > lines.length ? null : place.line - 1;
      if (at === null && pass === 'first' && isOwnKey(error) && postponed < mostPostponed) {
        postponed += lines.reduce((sum, line) => sum + sizeOf(line), 0);
        for (const line of lines) early.push(line);
        return;
      }
      const bad = at === null ? blamed(error, lines) : [at];
      for (const i of bad) await refuse(lines[i] as Line, error, place?.column ?? null, pass);
      if (at !== null) {
        await put(lines.slice(0, at), pass);
        await put(lines.slice(at + 1), pass);
      } else if (bad.length > 0) {
        const wrong = new Set(bad);
        await put(
          lines.filter((_, i) => !wrong.has(i)),
          pass,
        );
      } else {
        const half = Math.ceil(lines.length / 2);
        await put(lines.slice(0, half), pass);
        await put(lines.slice(half), pass);
      }
    }
  }

  /** Whether a foreign key of the table to itself found nothing: what it wants may come later. */
  function isOwnKey(error: unknown): boolean {
    const { constraint } = error as { constraint?: unknown };
    const key = load.target.foreignKeys.find(({ name }) => name === constraint);
    return errorCode(error) === foreignKeyViolation && key !== undefined && load.target.family.includes(key.references);
  }

  /** The lines that an error is about which names none; empty: some of them. */
  function blamed(error: unknown, lines: readonly Line[]): number[] {
    if (lines.length === 1) return [0];
    return failingRows(
      error,
      load,
      lines.map(({ pieces }) => Buffer.concat(pieces)),
    );
  }

  async function refuse(line: Line, error: unknown, column: string | null, pass: Pass): Promise<void> {
    if (errorCode(error) === foreignKeyViolation && pass !== 'last') early.push(line);
    else await tell(line, error, column);
  }

  async function tell({ number, pieces }: Line, error: unknown, column: string | null): Promise<void> {
    rejected++;
    await reject({
      source: load.source.name,
      table: load.target.display,
      ...stream.placeOf(number),
      column,
      reason: reasonOf(error),
      code: errorCode(error) ?? '',
      text: Buffer.concat(pieces).toString().replace(/\n$/, ''),
    });
  }

  let batch: Line[] = [];
  let size = 0;
  for await (const line of linesOf(stream.chunks)) {
    batch.push(line);
    size += sizeOf(line);
    if (batch.length < batchSize && size < batchBytes) continue;
    await put(batch, 'first');
    [batch, size] = [[], 0];
  }
  await put(batch, 'first');
  for (let before = early.length + 1; early.length > 0; ) {
    const again = early;
    const pass = again.length === before ? 'last' : 'again';
    before = again.length;
    early = [];
    await put(again, pass);
  }
  return { ...total, rejected };
}

function sizeOf({ pieces }: Line): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

async function* chunksOf(lines: readonly Line[]): AsyncGenerator<Uint8Array> {
  const size = lines.reduce((sum, line) => sum + sizeOf(line), 0);
  const pieces = lines.flatMap((line) => line.pieces);
  if (size < batchBytes) yield Buffer.concat(pieces);
  else yield* pieces;
}

const newline = 10;

/** Cuts text into its lines; in COPY's text format one is a row, always. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0;
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      const end = chunk.subarray(from, at + 1);
      const pieces = [...rest, end];
      rest = [];
      yield { number: ++number, pieces };
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield { number: ++number, pieces: [...rest, Buffer.from('\n')] };
}
