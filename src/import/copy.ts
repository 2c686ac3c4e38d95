import { quoteIdentifier } from '../pg/identifier.ts';
import { quoteLiteral } from '../pg/identifier.ts';
import type { LoadSession } from '../pg/query/target.ts';
import type { OnConflict, TableLoad } from './plan.ts';
import type { RowStream } from './source.ts';

/** Where rows go: the table itself, or what stands for it in a dry run. */
export interface Destination {
  /** Quoted. */
  readonly relation: string;
  /** As COPY calls it in its errors. */
  readonly name: string;
}

/** Puts rows into a table by COPY. */
export interface TableWriter {
  /** What COPY calls the table that it fills. */
  readonly name: string;
  /** How many rows came, and how many of them are in the table now. */
  put(chunks: AsyncIterable<Uint8Array>): Promise<Put>;
  close(): Promise<void>;
}

export interface Put {
  readonly rows: bigint;
  readonly stored: bigint;
}

/** Straight into the table. Explicit ids are kept, also where they are GENERATED ALWAYS: COPY does that. */
export function straight(
  target: LoadSession,
  load: TableLoad,
  into: Destination,
  format: RowStream['format'],
  signal: AbortSignal | undefined,
): TableWriter {
  const sql = copyStatement(into.relation, load, format);
  return {
    name: into.name,
    async put(chunks) {
      const rows = await target.copyFrom(sql, chunks, signal);
      return { rows, stored: rows };
    },
    close: () => Promise.resolve(),
  };
}

/** Into a table of the session's own, and from there where no row is in the way: COPY knows no ON CONFLICT. */
export async function staged(
  target: LoadSession,
  load: TableLoad,
  into: Destination,
  format: RowStream['format'],
  onConflict: Exclude<OnConflict, 'error'>,
  signal: AbortSignal | undefined,
): Promise<TableWriter> {
  const name = 'pgseq_staging';
  const staging = `pg_temp.${name}`;
  const columns = load.columns.map(({ target: { name, declared } }) => `${quoteIdentifier(name)} ${declared}`);
  await target.query([`create temporary table ${name} (${columns.join(', ')}) on commit drop`], signal);
  const copy = copyStatement(staging, load, format);
  const insert = insertStatement(staging, into.relation, load, onConflict);
  return {
    name,
    async put(chunks) {
      const rows = await target.copyFrom(copy, chunks, signal);
      const { count } = await target.query([insert], signal);
      await target.query([`truncate ${staging}`], signal);
      return { rows, stored: count };
    },
    async close() {
      await target.query([`drop table ${staging}`], signal);
    },
  };
}

function listOf({ columns }: TableLoad): string {
  return columns.map(({ target }) => quoteIdentifier(target.name)).join(', ');
}

function copyStatement(relation: string, load: TableLoad, format: RowStream['format']): string {
  const options =
    format.kind === 'text'
      ? ['format text', `encoding ${quoteLiteral(format.encoding ?? 'UTF8')}`]
      : [
          'format csv',
          `delimiter ${quoteLiteral(format.delimiter)}`,
          `header ${format.header}`,
          `encoding ${quoteLiteral(format.encoding ?? 'UTF8')}`,
          ...(format.nullText === null || format.nullText === undefined
            ? []
            : [`null ${quoteLiteral(format.nullText)}`]),
        ];
  return `copy ${relation} (${listOf(load)}) from stdin with (${options.join(', ')})`;
}

function insertStatement(
  from: string,
  into: string,
  load: TableLoad,
  onConflict: Exclude<OnConflict, 'error'>,
): string {
  const columns = listOf(load);
  // GENERATED ALWAYS can be given once, and never be updated
  const changed = load.columns.filter(({ target: { name, identity } }) => !load.key.includes(name) && identity !== 'a');
  const set = changed.map(({ target: { name } }) => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`);
  const action =
    onConflict === 'skip' || set.length === 0
      ? 'do nothing'
      : `(${load.key.map(quoteIdentifier).join(', ')}) do update set ${set.join(', ')}`;
  return `insert into ${into} (${columns}) overriding system value select ${columns} from ${from} on conflict ${action}`;
}
