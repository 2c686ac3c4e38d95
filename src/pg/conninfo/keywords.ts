/** What a value has to look like before anybody looks at its meaning. */
type Kind = 'text' | 'secret' | 'integer' | readonly string[];

/** One connection keyword of libpq. */
export interface KeywordRow {
  /** The environment variable that fills it when neither an argument nor a service does. */
  readonly env?: string;
  /** libpq's compiled-in default, where it is a plain text. */
  readonly fallback?: string;
  readonly kind: Kind;
}

/**
 * The keywords of libpq up to PostgreSQL 18, in the order of its own table (fe-connect.c, `PQconninfoOptions`).
 * Everything libpq knows is known here, so that a working connection string never fails on a name; what cannot be
 * honoured is refused or noted where the settings are made (`settings.ts`, `refusals.ts`).
 *
 * `PGDATESTYLE`, `PGTZ` and `PGGEQO` are no keywords: libpq puts them into the startup packet as server settings.
 * They are left out on purpose, because no result here depends on them and poolers refuse some of them.
 */
export const keywords = {
  service: { env: 'PGSERVICE', kind: 'text' },
  user: { env: 'PGUSER', kind: 'text' },
  password: { env: 'PGPASSWORD', kind: 'secret' },
  passfile: { env: 'PGPASSFILE', kind: 'text' },
  channel_binding: { env: 'PGCHANNELBINDING', fallback: 'prefer', kind: ['disable', 'prefer', 'require'] },
  connect_timeout: { env: 'PGCONNECT_TIMEOUT', kind: 'integer' },
  dbname: { env: 'PGDATABASE', kind: 'text' },
  host: { env: 'PGHOST', kind: 'text' },
  hostaddr: { env: 'PGHOSTADDR', kind: 'text' },
  port: { env: 'PGPORT', fallback: '5432', kind: 'text' },
  client_encoding: { env: 'PGCLIENTENCODING', kind: 'text' },
  options: { env: 'PGOPTIONS', kind: 'text' },
  application_name: { env: 'PGAPPNAME', kind: 'text' },
  fallback_application_name: { kind: 'text' },
  keepalives: { kind: 'integer' },
  keepalives_idle: { kind: 'integer' },
  keepalives_interval: { kind: 'integer' },
  keepalives_count: { kind: 'integer' },
  tcp_user_timeout: { kind: 'integer' },
  sslmode: {
    env: 'PGSSLMODE',
    fallback: 'prefer',
    kind: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
  },
  sslnegotiation: { env: 'PGSSLNEGOTIATION', fallback: 'postgres', kind: ['postgres', 'direct'] },
  sslcompression: { env: 'PGSSLCOMPRESSION', kind: 'text' },
  sslcert: { env: 'PGSSLCERT', kind: 'text' },
  sslkey: { env: 'PGSSLKEY', kind: 'text' },
  sslcertmode: { env: 'PGSSLCERTMODE', fallback: 'allow', kind: ['disable', 'allow', 'require'] },
  sslpassword: { kind: 'secret' },
  sslrootcert: { env: 'PGSSLROOTCERT', kind: 'text' },
  sslcrl: { env: 'PGSSLCRL', kind: 'text' },
  sslcrldir: { env: 'PGSSLCRLDIR', kind: 'text' },
  sslsni: { env: 'PGSSLSNI', fallback: '1', kind: 'text' },
  sslkeylogfile: { kind: 'text' },
  requirepeer: { env: 'PGREQUIREPEER', kind: 'text' },
  require_auth: { env: 'PGREQUIREAUTH', kind: 'text' },
  min_protocol_version: { env: 'PGMINPROTOCOLVERSION', kind: ['', '3.0', '3.2', 'latest'] },
  max_protocol_version: { env: 'PGMAXPROTOCOLVERSION', kind: ['', '3.0', '3.2', 'latest'] },
  ssl_min_protocol_version: { env: 'PGSSLMINPROTOCOLVERSION', fallback: 'TLSv1.2', kind: 'text' },
  ssl_max_protocol_version: { env: 'PGSSLMAXPROTOCOLVERSION', kind: 'text' },
  gssencmode: { env: 'PGGSSENCMODE', fallback: 'prefer', kind: ['disable', 'prefer', 'require'] },
  krbsrvname: { env: 'PGKRBSRVNAME', kind: 'text' },
  gsslib: { env: 'PGGSSLIB', kind: 'text' },
  gssdelegation: { env: 'PGGSSDELEGATION', kind: 'text' },
  replication: { kind: 'text' },
  target_session_attrs: {
    env: 'PGTARGETSESSIONATTRS',
    fallback: 'any',
    kind: ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'],
  },
  load_balance_hosts: { env: 'PGLOADBALANCEHOSTS', fallback: 'disable', kind: ['disable', 'random'] },
  scram_client_key: { kind: 'secret' },
  scram_server_key: { kind: 'secret' },
  oauth_issuer: { kind: 'text' },
  oauth_client_id: { kind: 'text' },
  oauth_client_secret: { kind: 'secret' },
  oauth_scope: { kind: 'text' },
} as const satisfies Record<string, KeywordRow>;

export type Keyword = keyof typeof keywords;

export function isKeyword(name: string): name is Keyword {
  return Object.hasOwn(keywords, name);
}

export function keywordRow(keyword: Keyword): KeywordRow {
  return keywords[keyword];
}

/** True for keywords whose value may never be shown. */
export function isSecret(keyword: Keyword): boolean {
  return keywords[keyword].kind === 'secret';
}
