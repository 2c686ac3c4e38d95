import type { RowStream, Source, SourceTable, Wanted } from '../../core/import/source.ts';
import { focus } from '../../core/look.ts';
import type { SurveyedSequence } from '../../core/model.ts';
import { type Connection, connect } from '../../pg/connect.ts';
import { readConninfo, redact } from '../../pg/conninfo/index.ts';
import { quoteIdentifier } from '../../pg/identifier.ts';
import { session } from '../../pg/session.ts';
import type { SourceOptions } from '../options.ts';
import { readRelations, type Relation } from './relations.ts';
import { standing } from './standing.ts';
import { begin, from, refusal } from './transaction.ts';

/**
 * Opens a PostgreSQL database, read only and as of one moment. Throws a Problem for what cannot be reached or read, also where
 * row level security would hide rows.
 */
export async function open(spec: string, options: SourceOptions): Promise<Source> {
  const { signal, onNote, env } = options;
  const settings = readConninfo({ conninfo: spec, conninfoName: 'the source', env });
  for (const note of settings.notes) onNote(note);
  const name = redact(spec);
  const connection = await connect(settings, { signal, onNote });
  const hangUp = (): void => {
    void connection.cancel(); // it may be waiting for a lock, and would not notice
    connection.abandon();
  };
  signal?.addEventListener('abort', hangUp, { once: true });
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', hangUp);
    await connection.end();
  };
  try {
    const db = session(connection);
    const { all, patient, server } = await focus(db, { signal });
    const relations = await readRelations(db, patient, server.searchPath, options.tables, name);
    await begin(connection, relations);
    const tables: SourceTable[] = [];
    for (const relation of relations) {
      const { generated } = relation;
      if (generated.length > 0)
        onNote(
          `${relation.name}: ${generated.join(', ')} ${generated.length > 1 ? 'are' : 'is'} generated, and left out`,
        );
      tables.push(await sourceTable(connection, name, relation, all));
    }
    return { name, tables, close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw refusal(error, name);
  }
}

async function sourceTable(
  connection: Connection,
  source: string,
  relation: Relation,
  sequences: readonly SurveyedSequence[],
): Promise<SourceTable> {
  return {
    name: relation.name,
    schema: relation.schema,
    columns: relation.columns,
    ...(await standing(connection.client, relation, sequences)),
    rows: relation.rows,
    bytes: null,
    read: (wanted): RowStream => ({
      format: { kind: 'text' },
      chunks: chunksOf(connection, source, relation, wanted),
      placeOf: (line) => ({ line: null, row: line }),
      position: () => null,
    }),
  };
}

/** COPY's own bytes, as they come. */
async function* chunksOf(
  { client }: Connection,
  source: string,
  relation: Relation,
  { columns, signal }: Wanted,
): AsyncGenerator<Uint8Array> {
  try {
    const { to: copyTo } = await import('pg-copy-streams');
    const list = columns.map((column) => quoteIdentifier(column.source)).join(', ');
    const stream = client.query(copyTo(`copy (select ${list} from ${from(relation)}) to stdout`));
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    let complete = false;
    try {
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
        signal?.throwIfAborted();
        yield next.value;
      }
      complete = true;
    } finally {
      if (!complete && signal?.aborted !== true) await drain(pieces);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(error, source);
  }
}

/** Takes the rest, which nobody wants, since it comes before the next answer. */
async function drain(pieces: AsyncIterator<unknown>): Promise<void> {
  while ((await pieces.next()).done !== true);
}
