import type { RowStream, Source, SourceTable, Wanted } from '../../source.ts';
import { inspect } from '../../../core/inspect.ts';
import { type Connection, connect } from '../../../pg/connection/connect.ts';
import { type ConnectionSettings, readConninfo, redact } from '../../../pg/conninfo/index.ts';
import { sessionSettings } from '../../../pg/query/session-settings.ts';
import { Problem } from '../../../problem.ts';
import { copyOut } from '../../../pg/query/measurement-sql.ts';
import { identity, pinned } from '../../../pg/connection/same-server.ts';
import { verifyRelations } from '../../../pg/query/relation-check.ts';
import { session } from '../../../pg/connection/session.ts';
import type { SourceOptions } from '../options.ts';
import { refusal, refuseStrangers } from './refusals.ts';
import { readRelations, type SourceRelation, readsOnly, screened } from './relations.ts';
import { type SourcePosition, standings } from './standing.ts';
import { begin } from './transaction.ts';

/**
 * Opens a PostgreSQL database, read only and as of one moment. Throws a Problem for what cannot be reached or read, also where
 * row level security would hide rows, or where reading would run code of strangers.
 */
export async function open(spec: string, options: SourceOptions): Promise<Source> {
  const { signal, onNote, env, trustOwners, readForeign } = options;
  const settings = readConninfo({ conninfo: spec, conninfoName: 'the source', env });
  for (const note of settings.notes) onNote(note);
  const name = redact(spec);
  const connections: Connection[] = [];
  const hangUp = (): void => {
    for (const connection of connections) {
      void connection.cancel(); // it may be waiting for a lock, and would not notice
      connection.abandon();
    }
  };
  signal?.addEventListener('abort', hangUp, { once: true });
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', hangUp);
    await Promise.all(connections.map((connection) => connection.end()));
  };
  const another = async (wanted: ConnectionSettings, told?: (note: string) => void): Promise<Connection> => {
    const connection = await connect(wanted, { signal, onNote: told });
    connections.push(connection);
    return connection;
  };
  try {
    const reader = await another(settings, onNote);
    // The reader's snapshot shows the catalogs as they were; who looks beside it sees what an owner has added since
    const watcher = session(await another(pinned(settings, reader)));
    if ((await identity(session(reader), signal)) !== (await identity(watcher, signal)))
      throw new Problem(`the two connections to ${name} reached different servers`, { hint: 'name one host' });
    const inspection = await inspect(watcher, { signal, trustOwners, readForeign });
    const relations = await readRelations(
      watcher,
      inspection.catalogOptions,
      inspection.server.searchPath,
      options.tables,
      name,
      onNote,
    );
    await refuseStrangers(inspection, relations, name);
    await begin(reader, relations);
    const standing = await standings(inspection, relations, name);
    for (const { name: table, generated } of relations)
      if (generated.length > 0)
        onNote(`${table}: ${generated.join(', ')} ${generated.length > 1 ? 'are' : 'is'} generated, and left out`);
    /** That nobody's code has come to a relation. Its transaction has ended when it is read, a moment later. */
    const look = async (relation: SourceRelation): Promise<void> => {
      const statements = [
        ...sessionSettings(inspection.catalogOptions),
        ...verifyRelations([screened(relation)], inspection.trust),
      ];
      await watcher.transaction(statements, { mode: 'read only', signal });
    };
    const tables = relations.map((relation, i) =>
      sourceTable(relation, standing[i] as SourcePosition, (wanted) => chunksOf(reader, name, relation, wanted, look)),
    );
    return { name, tables, close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw refusal(error, name);
  }
}

function sourceTable(
  { name, schema, columns, rows }: SourceRelation,
  standing: SourcePosition,
  chunks: (wanted: Wanted) => AsyncIterable<Uint8Array>,
): SourceTable {
  return {
    name,
    schema,
    columns,
    ...standing,
    rows,
    bytes: null,
    read: (wanted): RowStream => ({
      format: { kind: 'text' },
      chunks: chunks(wanted),
      placeOf: (line) => ({ line: null, row: line }),
      position: () => null,
    }),
  };
}

/** COPY's own bytes, as they come. */
async function* chunksOf(
  { client }: Connection,
  source: string,
  relation: SourceRelation,
  { columns, signal }: Wanted,
  look: (relation: SourceRelation) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    const { to: copyTo } = await import('pg-copy-streams');
    const { schema, name: table, kind } = relation;
    const names = columns.map((column) => column.source);
    await look(relation);
    const copy = copyOut({ schema, table, only: readsOnly(relation) }, names, kind === 'table');
    const stream = client.query(copyTo(copy));
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
