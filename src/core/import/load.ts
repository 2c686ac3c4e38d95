import { quoteIdentifier, quoteLiteral, quoteRelation } from '../../pg/identifier.ts';
import { badRow } from './bad-row.ts';
import type { Load } from './plan.ts';
import { loadRowwise, type Reject } from './rejects.ts';
import type { RowStream } from './source.ts';
import type { ImportSession } from './target.ts';

export type OnConflict = 'error' | 'skip' | 'update';

/** How far an import has got. */
export interface ImportProgress {
  readonly table: string;
  /** Rows handed over so far; of a CSV, its lines. */
  readonly rows: bigint;
  /** Bytes of this source that were read, and how many there are; null where that is not known. */
  readonly bytes: number | null;
  readonly totalBytes: number | null;
  readonly totalRows: bigint | null;
}

export interface LoadOptions {
  readonly onConflict: OnConflict;
  /** Rows go into a copy of the table, which nobody else sees. */
  readonly dryRun: boolean;
  /** Takes the rows that PostgreSQL refuses; without it, the first of them ends the import. */
  readonly onReject?: ((reject: Reject) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: ((progress: ImportProgress) => void) | undefined;
}

/** Where the rows of one load are copied to, and what follows. */
interface Way {
  /** The table's name for COPY. */
  readonly into: string;
  /** As errors call it. */
  readonly called: string;
  /** Before the rows of each COPY, and behind them; returns how many rows there are more. */
  readonly before: readonly string[];
  readonly after: ((session: ImportSession) => Promise<bigint>) | null;
}

/** The copy of a table that rows go through on their way, or stay in when nothing is to be changed. */
export function passing(place: number): string {
  return `pgseq_rows_${place}`;
}

/** Loads the rows of one table within the open transaction. Returns how many rows came. Throws a Problem that names the row that is wrong. */
export async function loadTable(
  session: ImportSession,
  load: Load,
  place: number,
  options: LoadOptions,
): Promise<bigint> {
  const { source, columns } = load;
  if (columns.length === 0) return 0n;
  const way = wayOf(load, place, options);
  for (const statement of way.before) await session.query(statement);
  const stream = source.read({
    columns: columns.map(({ source: name, column }) => ({ source: name, type: column.base })),
    rowwise: options.onReject !== undefined,
    signal: options.signal,
  });
  const copy = (chunks: AsyncIterable<Uint8Array>): Promise<bigint> =>
    session.copyFrom(copyStatement(way.into, load, stream), chunks);
  const chunks = watched(stream, load, options);
  if (options.onReject !== undefined) {
    const { after } = way;
    const bring = async (piece: AsyncIterable<Uint8Array>): Promise<bigint> => {
      const rows = await copy(piece);
      return after === null ? rows : await after(session);
    };
    return await loadRowwise(session, load, { stream, chunks, bring, called: way.called, onReject: options.onReject });
  }
  try {
    const rows = await copy(chunks);
    return way.after === null ? rows : await way.after(session);
  } catch (error) {
    throw badRow(error, load, stream, way.called);
  }
}

function copyStatement(into: string, { columns }: Load, { format }: RowStream): string {
  const names = columns.map(({ column }) => quoteIdentifier(column.name)).join(', ');
  if (format.kind === 'text') return `copy ${into} (${names}) from stdin`;
  const settings = [
    'format csv',
    `header ${format.header}`,
    `delimiter ${quoteLiteral(format.delimiter)}`,
    ...(format.encoding === null ? [] : [`encoding ${quoteLiteral(format.encoding)}`]),
  ];
  return `copy ${into} (${names}) from stdin with (${settings.join(', ')})`;
}

function wayOf({ target, columns }: Load, place: number, { onConflict, dryRun }: LoadOptions): Way {
  const itself = quoteRelation(target.schema, target.name);
  const copied = passing(place);
  const names = columns.map(({ column }) => quoteIdentifier(column.name));
  if (dryRun) {
    const absent = target.columns.filter(({ name }) => !columns.some(({ column }) => column.name === name));
    // What the rows do not say would come from defaults, which may draw from sequences: nothing is asked of those columns
    const isWhole = !absent.some(({ name }) => target.keys.some((key) => key.includes(name)));
    const parts = ['generated', 'constraints', ...(isWhole ? ['indexes'] : [])].map((part) => `including ${part}`);
    const free = absent.filter(({ filled, generated }) => filled && !generated);
    return {
      into: `pg_temp.${copied}`,
      called: copied,
      before: [
        `create temporary table ${copied} (like ${itself} ${parts.join(' ')}) on commit drop`,
        ...free.map(({ name }) => `alter table pg_temp.${copied} alter column ${quoteIdentifier(name)} drop not null`),
      ],
      after: null,
    };
  }
  if (onConflict === 'error') return { into: itself, called: target.name, before: [], after: null };
  const key = target.keys.find((one) => one.every((name) => columns.some(({ column }) => column.name === name))) ?? [];
  const others = columns
    .filter(({ column }) => !key.includes(column.name))
    .map(({ column }) => quoteIdentifier(column.name));
  const act =
    onConflict === 'skip' || others.length === 0
      ? 'on conflict do nothing'
      : `on conflict (${key.map(quoteIdentifier).join(', ')}) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
  const insert =
    `with brought as (insert into ${itself} (${names.join(', ')}) overriding system value ` +
    `select ${names.join(', ')} from pg_temp.${copied} ${act} returning 1) select pg_catalog.count(*) from brought`;
  return {
    into: `pg_temp.${copied}`,
    called: copied,
    before: [
      `create temporary table ${copied} on commit drop as select ${names.join(', ')} from ${itself} with no data`,
    ],
    async after(session) {
      const [row] = await session.query(insert);
      await session.query(`truncate pg_temp.${copied}`);
      return BigInt(row?.[0] ?? 0);
    },
  };
}

async function* watched(
  stream: RowStream,
  { target, source }: Load,
  { onRows, signal }: LoadOptions,
): AsyncGenerator<Uint8Array> {
  let rows = 0n;
  for await (const chunk of stream.chunks) {
    signal?.throwIfAborted();
    yield chunk;
    if (onRows === undefined) continue;
    rows += BigInt(linesIn(chunk));
    onRows({
      table: `${target.schema}.${target.name}`,
      rows,
      bytes: stream.position(),
      totalBytes: source.bytes,
      totalRows: source.rows,
    });
  }
}

function linesIn(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}
