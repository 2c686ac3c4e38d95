import { type Connection, connect } from '../../pg/connect.ts';
import type { ConnectionSettings } from '../../pg/conninfo/index.ts';
import { loadingSession } from '../../pg/long-transaction.ts';
import { Problem } from '../../pg/problem.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { identity, pinned } from '../../pg/same-server.ts';
import { session } from '../../pg/session.ts';
import type { Target } from '../../pg/target.ts';
import type { Context } from '../command.ts';

/** A session to load with, and the way to open another one of the very same database. */
export interface Loading {
  readonly target: Target;
  readonly another: () => Promise<Queryable>;
}

/** Connects, lends the session to `work`, and closes whatever was opened, however that ends. */
export async function withLoading<Result>(
  settings: ConnectionSettings,
  context: Context,
  work: (loading: Loading) => Promise<Result>,
): Promise<Result> {
  const opened: Connection[] = [];
  const open = async (wanted: ConnectionSettings): Promise<Connection> => {
    const connection = await connect(wanted, { signal: context.signal, onNote: (note) => context.note(note) });
    opened.push(connection);
    return connection;
  };
  try {
    const first = await open(settings);
    const target = loadingSession(first);
    // Asked now: the session is at its load when the other one is wanted
    const server = await identity(target, context.signal);
    const another = async (): Promise<Queryable> => {
      const other = session(await open(pinned(settings, first)));
      if ((await identity(other, context.signal)) !== server)
        throw new Problem('the connections of this run reached different servers, or the server was started anew');
      return other;
    };
    return await work({ target, another });
  } finally {
    await Promise.all(opened.map((connection) => connection.end()));
  }
}
