import type { Keyword } from './keywords.ts';

/** Whose parameter it is, in words that fit behind "which … uses". */
export type ForeignOwner = keyof typeof ignoredBy;

/** What a URL parameter that libpq does not know means to us. */
export interface ForeignMeaning {
  /** The libpq settings it stands for. */
  readonly means?: readonly (readonly [Keyword, string])[];
  /** What was decided and why, for standard error. */
  readonly note?: string;
  /** Set when it is of no use here; the caller collects these into one note for each program. */
  readonly owner?: ForeignOwner;
  /** Set when ignoring it would make the connection less safe than was asked for. */
  readonly mistake?: string;
}

// Parameters that people paste with their URL. None of them says anything about which server is reached or how safely.
const ignoredBy = {
  Prisma: `
    schema connection_limit pool_timeout pgbouncer socket_timeout statement_cache_size
    max_connection_lifetime max_idle_connection_lifetime single_use_connections`,
  'the JDBC driver': `
    currentSchema loginTimeout socketTimeout connectTimeout cancelSignalTimeout prepareThreshold
    preparedStatementCacheQueries preparedStatementCacheSizeMiB reWriteBatchedInserts defaultRowFetchSize
    stringtype binaryTransfer binaryTransferEnable binaryTransferDisable readOnly readOnlyMode autosave
    preferQueryMode hostRecheckSeconds assumeMinServerVersion allowEncodingChanges logUnclosedConnections
    disableColumnSanitiser escapeSyntaxCallMode databaseMetadataCacheFields databaseMetadataCacheFieldsMiB
    receiveBufferSize sendBufferSize maxResultBuffer adaptiveFetch cleanupSavepoints groupStartupParameters
    quoteReturningIdentifiers loggerLevel loggerFile characterEncoding useUnicode serverTimezone`,
  'node-postgres': `
    uselibpqcompat encoding statement_timeout query_timeout lock_timeout idle_in_transaction_session_timeout
    max min idleTimeoutMillis connectionTimeoutMillis keepAlive idle_timeout max_lifetime prepare
    max_pipeline`,
  SQLAlchemy: 'async_fallback prepared_statement_cache_size prepared_statement_name_func',
  Rails: `
    adapter pool timeout checkout_timeout reaping_frequency prepared_statements advisory_locks
    schema_search_path min_messages insert_returning prepared_statement_limit statement_limit`,
  Django: 'conn_max_age conn_health_checks disable_server_side_cursors atomic_requests',
  Doctrine: 'serverVersion charset default_dbname',
  pgx: `
    pool_max_conns pool_min_conns pool_min_idle_conns pool_max_conn_lifetime pool_max_conn_lifetime_jitter
    pool_max_conn_idle_time pool_health_check_period default_query_exec_mode statement_cache_capacity
    description_cache_capacity search_path TimeZone timezone statement-cache-capacity statement_cache_mode
    prefer_simple_protocol`,
  'lib/pq': 'binary_parameters disable_prepared_binary_result',
  'golang-migrate': 'x-migrations-table x-statement-timeout x-multi-statement',
  'Spring R2DBC': 'fetchSize lockWaitTimeout statementTimeout autodetectExtensions',
  Supabase: 'workaround supa',
} as const satisfies Record<string, string>;

const owners = Object.keys(ignoredBy) as ForeignOwner[];

// https://jdbc.postgresql.org/documentation/use/ (target server types of pgjdbc)
const jdbcTargets: Readonly<Record<string, string>> = {
  any: 'any',
  primary: 'primary',
  master: 'primary',
  secondary: 'standby',
  slave: 'standby',
  preferSecondary: 'prefer-standby',
  preferSlave: 'prefer-standby',
  preferPrimary: 'any',
};

const strong = ['require', 'verify-ca', 'verify-full'];

/**
 * The meaning of a URL parameter that is not libpq's, `undefined` if nobody is known to use it.
 *
 * @param given what the URL has said so far; a word about TLS never weakens what already stands there
 */
export function foreignParameter(
  name: string,
  value: string,
  given: ReadonlyMap<Keyword, string>,
): ForeignMeaning | undefined {
  switch (name) {
    case 'ssl':
      return ssl(value, given.get('sslmode'));
    case 'sslmode':
      return {
        means: [['sslmode', 'require']],
        note: 'sslmode=no-verify is no mode of libpq; taken as sslmode=require, which encrypts without verifying',
      };
    case 'sslaccept':
      return value === 'strict' ? strictPrisma(given) : { owner: 'Prisma' };
    case 'sslMode':
      return { means: [['sslmode', value.toLowerCase().replace('_', '-')]] };
    case 'sslidentity':
      return { mistake: 'sslidentity (Prisma) is a PKCS #12 file; give the same as sslcert and sslkey in PEM files' };
    case 'sslfactory':
      return value.endsWith('.NonValidatingFactory')
        ? { owner: 'the JDBC driver' }
        : { mistake: 'sslfactory (JDBC) names a Java class; use sslmode=verify-full and sslrootcert instead' };
    case 'ApplicationName':
      return { means: [['application_name', value]] };
    case 'tcpKeepAlive':
      return { means: [['keepalives', value === 'false' ? '0' : '1']] };
    case 'gssEncMode':
      return { means: [['gssencmode', value]] };
    case 'channelBinding':
      return { means: [['channel_binding', value]] };
    case 'loadBalanceHosts':
      return { means: [['load_balance_hosts', value === 'true' ? 'random' : 'disable']] };
    case 'targetServerType':
      return { means: [['target_session_attrs', jdbcTargets[value] ?? value]] };
    default:
      return /^x-[a-z]/.test(name) ? { owner: 'golang-migrate' } : ignored(name);
  }
}

function ignored(name: string): ForeignMeaning | undefined {
  const owner = owners.find((each) => ignoredBy[each].trim().split(/\s+/).includes(name));
  return owner === undefined ? undefined : { owner };
}

/** `ssl=true` is libpq's own (for JDBC); the other values are those of node-postgres and asyncpg. */
function ssl(value: string, before: string | undefined): ForeignMeaning {
  if (['true', '1'].includes(value)) {
    return before !== undefined && strong.includes(before) ? {} : { means: [['sslmode', 'require']] };
  }
  if (value === 'no-verify') return { means: [['sslmode', 'require']] };
  if (['false', '0'].includes(value)) {
    return before === undefined
      ? { means: [['sslmode', 'disable']], note: 'ssl=false is taken as sslmode=disable' }
      : { note: 'ssl=false is ignored, because sslmode is given too' };
  }
  return { means: [['sslmode', value]] };
}

/**
 * Prisma verifies the server only with `sslaccept=strict`; its `sslcert` is then the authority's certificate, which
 * libpq calls `sslrootcert`. Without one it trusts what the system trusts.
 */
function strictPrisma(given: ReadonlyMap<Keyword, string>): ForeignMeaning {
  const root = given.get('sslrootcert') ?? (given.has('sslkey') ? undefined : given.get('sslcert')) ?? 'system';
  return {
    means: [
      ['sslmode', 'verify-full'],
      ['sslrootcert', root],
    ],
    note: `sslaccept=strict (Prisma) is taken as sslmode=verify-full with sslrootcert=${root}`,
  };
}
