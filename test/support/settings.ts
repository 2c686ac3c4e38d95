import type { ServerAddress } from './server.ts';

/**
 * The harness's part of postgresql.conf. Durability costs time that no test needs; max_connections,
 * max_locks_per_transaction and synchronous_commit stay as PostgreSQL ships them, because pgseq must do with those.
 */
const harness = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  wal_level: 'logical',
  // A standby that was stopped finds its place again; and the log stays small, it may be in memory.
  wal_keep_size: '128MB',
  max_wal_size: '256MB',
  max_prepared_transactions: '10',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
};

/** The whole text of a cluster's pgseq.conf, which its postgresql.conf includes. */
export function configuration(
  cluster: ServerAddress & { readonly settings: Readonly<Record<string, string>> },
  primary: ServerAddress | undefined,
): string {
  const all: Record<string, string> = {
    ...harness,
    port: String(cluster.port),
    unix_socket_directories: cluster.socketDirectory,
    ...(primary === undefined ? {} : { primary_conninfo: primaryConninfo(primary) }),
    ...cluster.settings,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

function primaryConninfo(primary: ServerAddress): string {
  const password = primary.password === undefined ? '' : ` password=${primary.password}`;
  return `host=${primary.socketDirectory} port=${primary.port} user=postgres${password} application_name=standby`;
}
