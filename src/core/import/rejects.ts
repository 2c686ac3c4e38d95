import { rowError, type RowError } from './bad-row.ts';
import type { Load } from './plan.ts';
import type { RowStream } from './source.ts';
import type { ImportSession } from './target.ts';

/** A row that PostgreSQL refused. */
export interface Reject extends Omit<RowError, 'line'> {
  /** The table that it was for. */
  readonly table: string;
  /** Its line in the source; null where the source has none. */
  readonly line: number | null;
  /** Its values by the source's names, as they were handed to PostgreSQL; null is NULL. */
  readonly row: Readonly<Record<string, string | null>>;
}

/** How many rows are brought in at once; of those, one that is refused takes back all. */
const batchSize = 1000;

interface Rowwise {
  readonly stream: RowStream;
  /** In COPY's text format. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Brings rows in; returns how many. */
  readonly bring: (chunks: AsyncIterable<Uint8Array>) => Promise<bigint>;
  readonly called: string;
  readonly onReject: (reject: Reject) => Promise<void>;
}

interface Row {
  /** As COPY counts it in the whole load, from 1. */
  readonly number: number;
  /** With its line end. */
  readonly bytes: Buffer;
}

/** Brings rows in batch by batch, each under a savepoint, without those that PostgreSQL refuses. Returns how many came. */
export async function loadRowwise(session: ImportSession, load: Load, how: Rowwise): Promise<bigint> {
  let rows = 0n;
  let batch: Row[] = [];
  for await (const row of lines(how.chunks)) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    rows += await bring(session, load, how, batch);
    batch = [];
  }
  return rows + (await bring(session, load, how, batch));
}

async function bring(session: ImportSession, load: Load, how: Rowwise, batch: readonly Row[]): Promise<bigint> {
  if (batch.length === 0) return 0n;
  await session.query('savepoint pgseq_rows');
  try {
    const rows = await how.bring(bytesOf(batch));
    await session.query('release savepoint pgseq_rows');
    return rows;
  } catch (error) {
    const found = rowError(error, how.called);
    if (found === null) throw error;
    await session.query('rollback to savepoint pgseq_rows; release savepoint pgseq_rows');
    const wrong = found.line === null ? undefined : batch[found.line - 1];
    if (wrong !== undefined || batch.length === 1) {
      const refused = wrong ?? (batch[0] as Row);
      await how.onReject(rejected(load, how, refused, found));
      return await bring(
        session,
        load,
        how,
        batch.filter((row) => row !== refused),
      );
    }
    // The error came when all rows were in, as that of a foreign key does: it does not say whose it is
    const half = Math.ceil(batch.length / 2);
    const first = await bring(session, load, how, batch.slice(0, half));
    return first + (await bring(session, load, how, batch.slice(half)));
  }
}

// biome-ignore lint/suspicious/useAwait: COPY wants what it reads to come asynchronously
async function* bytesOf(batch: readonly Row[]): AsyncGenerator<Uint8Array> {
  yield Buffer.concat(batch.map(({ bytes }) => bytes));
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield { number: ++number, bytes: bytes.subarray(from, end + 1) };
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield { number: ++number, bytes: Buffer.concat([rest, Buffer.from('\n')]) };
}

function rejected({ target, columns }: Load, { stream }: Rowwise, { number, bytes }: Row, found: RowError): Reject {
  const values = bytes.toString('utf8').replace(/\n$/, '').split('\t').map(unescaped);
  const { line: _, ...said } = found;
  return {
    table: `${target.schema}.${target.name}`,
    line: stream.placeOf(number).line,
    ...said,
    row: Object.fromEntries(columns.map(({ source }, at) => [source, values[at] ?? null])),
  };
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };

/** What a field of COPY's text format stands for. */
function unescaped(field: string): string | null {
  if (field === '\\N') return null;
  return field.replaceAll(/\\(.)/gs, (_, sign: string) => letters[sign] ?? sign);
}
