import { type Connection, connect } from '../../pg/connection/connect.ts';
import type { ConnectionSettings } from '../../pg/conninfo/index.ts';
import { loadingSession } from '../../pg/connection/loading-session.ts';
import { Problem } from '../../problem.ts';
import { quoteLiteral } from '../../pg/identifier.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { identity, pinned } from '../../pg/connection/same-server.ts';
import { session } from '../../pg/connection/session.ts';
import type { LoadSession } from '../../pg/query/target.ts';
import type { Context } from '../command.ts';

/** A session to load with, and the way to open another one of the very same database. */
export interface ImportSession {
  readonly target: LoadSession;
  readonly another: (signal?: AbortSignal) => Promise<Queryable>;
}

/** Connects, lends the session to `work`, and closes whatever was opened, however that ends. */
export async function withLoading<Result>(
  settings: ConnectionSettings,
  context: Context,
  work: (loading: ImportSession) => Promise<Result>,
): Promise<Result> {
  const opened: Connection[] = [];
  let closing = (): Promise<void> | undefined => undefined;
  const open = async (wanted: ConnectionSettings, signal = context.signal): Promise<Connection> => {
    const connection = await connect(wanted, { signal, onNote: (note) => context.note(note) });
    opened.push(connection);
    return connection;
  };
  try {
    const first = await open(settings);
    let ending: Promise<void> | undefined;
    let backend: Backend | null = null;
    const target = loadingSession(first, () => {
      ending = endOf(backend, pinned(settings, first));
    });
    closing = () => ending;
    // Asked now: the session is at its load when the other one is wanted
    const server = await identity(target, context.signal);
    backend = await backendOf(target, context.signal);
    const another = async (signal = context.signal): Promise<Queryable> => {
      const other = session(await open(pinned(settings, first), signal));
      if ((await identity(other, signal)) !== server)
        throw new Problem('the connections of this run reached different servers, or the server was restarted');
      return other;
    };
    return await work({ target, another });
  } finally {
    await Promise.all([...opened.map((connection) => connection.end()), closing()]);
  }
}

/** A session of the server's, so that no other is taken for it. */
interface Backend {
  readonly pid: string;
  readonly start: string;
}

async function backendOf(target: LoadSession, signal: AbortSignal): Promise<Backend | null> {
  const { rows } = await target.query(
    [
      'select pid::pg_catalog.text, backend_start::pg_catalog.text from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()',
    ],
    signal,
  );
  const [pid, start] = rows[0] ?? [];
  return pid === undefined || pid === null || start === undefined || start === null ? null : { pid, start };
}

/** Milliseconds for a last word to a server that may not be reached at all. */
const lastWord = 2000;

/** Ends the session of a connection that answers no more: until the server finds out by itself, hours later, it would keep its locks. */
async function endOf(backend: Backend | null, settings: ConnectionSettings): Promise<void> {
  if (backend === null) return;
  const signal = AbortSignal.timeout(lastWord);
  try {
    const connection = await connect(settings, { signal, onNote: () => undefined });
    try {
      await session(connection).transaction(
        [
          `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
           where pid = ${backend.pid} and backend_start::pg_catalog.text = ${quoteLiteral(backend.start)}`,
        ],
        { mode: 'read only', signal },
      );
    } finally {
      await connection.end();
    }
  } catch {
    // It finds out by itself
  }
}
