import type { ConnectionSettings } from '../conninfo/index.ts';
import type { Connection } from './connect.ts';
import type { Queryable } from '../queryable.ts';

/** The settings, with only the host that a connection has reached. */
export function pinned(settings: ConnectionSettings, reached: Pick<Connection, 'host' | 'port'>): ConnectionSettings {
  const hosts = settings.hosts.filter(({ host, port }) => host === reached.host && port === reached.port);
  return hosts.length === 0 ? settings : { ...settings, hosts };
}

/** The same text for sessions of the same database of the same server; needs no privilege. */
export async function identity(db: Queryable, signal: AbortSignal | undefined): Promise<string> {
  const started =
    'select pg_catalog.pg_postmaster_start_time()::pg_catalog.text, pg_catalog.current_database()::pg_catalog.text';
  const [row] = await db.transaction([started], { mode: 'read only', signal });
  return JSON.stringify(row);
}
