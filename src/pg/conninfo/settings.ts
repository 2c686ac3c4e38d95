import { existsSync } from 'node:fs';
import { systemUser } from './defaults.ts';
import { type ConninfoSources, type Gathered, gather, shown } from './gather.ts';
import { type Home, homeFile, homeOf } from './home.ts';
import { type HostSettings, readHosts, usesTcp } from './hosts.ts';
import { type Keyword, type KeywordRow, keywordRow, keywords } from './keywords.ts';
import { problemOf } from './mistake.ts';
import { nearest } from '../../text/nearest.ts';
import { addRefusals } from './refusals.ts';
import { type AuthMethod, parseRequireAuth } from './require-auth.ts';

type SslMode = (typeof keywords.sslmode.kind)[number];
type ChannelBinding = (typeof keywords.channel_binding.kind)[number];
export type TargetSessionAttrs = (typeof keywords.target_session_attrs.kind)[number];
type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How the server is spoken to, if it is reached over the network. Files are paths; they are read when connecting. */
export interface TlsSettings {
  readonly sslmode: SslMode;
  readonly sslnegotiation: 'postgres' | 'direct';
  /** A file of trusted authorities, or `system`. Without one nothing is verified. */
  readonly sslrootcert: string | undefined;
  readonly sslcrl: string | undefined;
  readonly sslcrldir: string | undefined;
  /** The client's certificate and key; both or none. */
  readonly sslcert: string | undefined;
  readonly sslkey: string | undefined;
  readonly sslpassword: string | undefined;
  readonly sslsni: boolean;
  readonly sslMinProtocolVersion: TlsVersion | undefined;
  readonly sslMaxProtocolVersion: TlsVersion | undefined;
}

/** Everything that is needed to connect; nothing is looked up in the environment after this. */
export interface ConnectionSettings extends TlsSettings {
  /** In the order they are to be tried; at least one. */
  readonly hosts: readonly HostSettings[];
  readonly user: string;
  readonly database: string;
  /** From the connection string or PGPASSWORD. If `undefined`, the passfile is asked for each host. */
  readonly password: string | undefined;
  /** Empty if there is no home to look into. */
  readonly passfile: string;
  readonly channelBinding: ChannelBinding;
  /** The methods the server may use to authenticate us; `undefined` allows all. */
  readonly requireAuth: ReadonlySet<AuthMethod> | undefined;
  /** Milliseconds for each address; 0 waits as long as the operating system does. */
  readonly connectTimeout: number;
  /** Empty if none shall be sent. */
  readonly applicationName: string;
  /** Command line options for the server process, sent only if the user gave some: poolers refuse them. */
  readonly options: string | undefined;
  readonly targetSessionAttrs: TargetSessionAttrs;
  readonly loadBalanceHosts: 'disable' | 'random';
  readonly keepalives: boolean;
  /** Milliseconds until the first probe; 0 leaves that to the operating system. */
  readonly keepalivesIdle: number;
  readonly platform: string;
  /** What was said about each keyword, by whatever source counted. */
  readonly given: ReadonlyMap<Keyword, string>;
  /** keyword → where its value came from, in words; `default` where nobody said anything. */
  readonly origin: ReadonlyMap<string, string>;
  /** What was ignored or reinterpreted, and why; for standard error. */
  readonly notes: readonly string[];
}

/**
 * Turns what the user said into the settings of a connection, with libpq's meaning of every keyword. Reads the service
 * file, looks for socket directories and certificate files, but opens no connection.
 *
 * @throws Problem that names every mistake at once, with its origin and without any password
 */
export function readConninfo(sources: ConninfoSources): ConnectionSettings {
  const platform = sources.platform ?? process.platform;
  const home = homeOf(sources.env, platform, sources.home);
  const gathered = gather(sources, home);
  const { given, mistakes, notes } = gathered;
  const value = (keyword: Keyword): string => given.get(keyword)?.value ?? keywordRow(keyword).fallback ?? '';

  checkKinds(gathered);
  const hosts = readHosts(gathered, platform, sources.socketDirectories);
  addRefusals(gathered, hosts);
  const user = value('user') || sources.systemUser || systemUser() || '';
  if (user === '') {
    mistakes.push({ message: 'no user name is given, and the system has none', hint: 'use -U NAME or set PGUSER' });
  }
  const tls = readTls(gathered, home, hosts);
  const requireAuth = value('require_auth') === '' ? undefined : parseRequireAuth(value('require_auth'));
  if (typeof requireAuth === 'string') {
    mistakes.push({ message: `require_auth (from ${given.get('require_auth')?.origin}) ${requireAuth}` });
  } else if (requireAuth && [...requireAuth].every((method) => method === 'gss' || method === 'sspi')) {
    const message = `require_auth (from ${given.get('require_auth')?.origin}) allows only gss and sspi`;
    mistakes.push({ message, hint: 'neither is supported here' });
  }
  if (mistakes.length > 0) throw problemOf(mistakes);

  const origin = new Map(Object.keys(keywords).map((name) => [name, given.get(name as Keyword)?.origin ?? 'default']));
  const seconds = integer(value('connect_timeout'));
  return {
    ...tls,
    hosts,
    user,
    database: value('dbname') || user,
    password: value('password') || undefined,
    passfile: value('passfile') || homeFile(home, 'passfile') || '',
    channelBinding: value('channel_binding') as ChannelBinding,
    requireAuth: requireAuth as ReadonlySet<AuthMethod> | undefined,
    // libpq waits at least two seconds, so that rounding never makes it hardly wait at all.
    connectTimeout: seconds > 0 ? Math.max(seconds, 2) * 1000 : 0,
    applicationName: (given.get('application_name') ?? given.get('fallback_application_name'))?.value ?? 'pgseq',
    options: value('options') || undefined,
    targetSessionAttrs: value('target_session_attrs') as TargetSessionAttrs,
    loadBalanceHosts: value('load_balance_hosts') as 'disable' | 'random',
    keepalives: value('keepalives') === '' || integer(value('keepalives')) !== 0,
    keepalivesIdle: Math.max(integer(value('keepalives_idle')), 0) * 1000,
    platform,
    given: new Map([...given].map(([keyword, { value: said }]) => [keyword, said])),
    origin,
    notes,
  };
}

/** What `strtol` reads from a text that passed `checkKinds`; 0 for an empty one. */
function integer(text: string): number {
  return Number.parseInt(text, 10) || 0;
}

function checkKinds({ given, mistakes }: Gathered): void {
  for (const [keyword, from] of given) {
    const { kind }: KeywordRow = keywords[keyword];
    if (kind === 'integer' && !(/^\s*[-+]?\d+\s*$/.test(from.value) && Math.abs(Number(from.value)) < 2 ** 31)) {
      mistakes.push({ message: `${shown(keyword, from)} is not a whole number` });
    } else if (typeof kind !== 'string' && !kind.includes(from.value)) {
      const near = nearest(from.value, kind);
      const hint = near === undefined ? `one of ${kind.filter(Boolean).join(', ')}` : `did you mean ${near}?`;
      mistakes.push({ message: `${shown(keyword, from)} is not a known value`, hint });
    }
  }
}

const tlsVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** The TLS settings with libpq's defaults from ~/.postgresql (fe-secure-openssl.c, `initialize_SSL`). */
function readTls({ given, mistakes, notes }: Gathered, home: Home, hosts: readonly HostSettings[]): TlsSettings {
  const value = (keyword: Keyword): string => given.get(keyword)?.value ?? keywordRow(keyword).fallback ?? '';
  const from = (keyword: Keyword): string => given.get(keyword)?.origin ?? 'default';
  const existing = (path: string | undefined) => (path !== undefined && existsSync(path) ? path : undefined);
  const system = value('sslrootcert') === 'system';
  const sslmode = (system && !given.has('sslmode') ? 'verify-full' : value('sslmode')) as SslMode;
  const network = hosts.some(usesTcp);

  if (system && sslmode !== 'verify-full') {
    const message = `sslmode=${sslmode} (from ${from('sslmode')}) is too weak for sslrootcert=system (from ${from('sslrootcert')})`;
    mistakes.push({ message, hint: 'anybody can get a certificate that the system trusts; use sslmode=verify-full' });
  }
  if (value('sslnegotiation') === 'direct' && ['disable', 'allow', 'prefer'].includes(sslmode)) {
    const message = `sslmode=${sslmode} (from ${from('sslmode')}) is too weak for sslnegotiation=direct (from ${from('sslnegotiation')})`;
    mistakes.push({ message, hint: 'use sslmode=require, verify-ca or verify-full' });
  }
  const rootFile = value('sslrootcert') || homeFile(home, 'root.crt');
  const sslrootcert = system ? 'system' : existing(rootFile);
  if (network && sslrootcert === undefined && sslmode.startsWith('verify-')) {
    const message = `sslmode=${sslmode} (from ${from('sslmode')}) needs root certificates, but ${rootFile} does not exist`;
    mistakes.push({ message, hint: 'use sslrootcert=system for a publicly trusted server, or sslrootcert=FILE' });
  }
  if (network && sslrootcert === undefined && value('sslrootcert') !== '' && sslmode === 'require') {
    notes.push(`${rootFile} (sslrootcert from ${from('sslrootcert')}) does not exist; the server is not verified`);
  }
  const min = readVersion('ssl_min_protocol_version');
  const max = readVersion('ssl_max_protocol_version');
  if (min && max && tlsVersions.indexOf(min) > tlsVersions.indexOf(max)) {
    mistakes.push({ message: `ssl_min_protocol_version ${min} is above ssl_max_protocol_version ${max}` });
  }
  const certificate =
    value('sslcertmode') === 'disable' ? undefined : existing(value('sslcert') || homeFile(home, 'postgresql.crt'));
  return {
    sslmode,
    sslnegotiation: value('sslnegotiation') as 'postgres' | 'direct',
    sslrootcert,
    sslcrl: value('sslcrl') || (value('sslcrldir') === '' ? existing(homeFile(home, 'root.crl')) : undefined),
    sslcrldir: value('sslcrldir') || undefined,
    sslcert: certificate,
    sslkey: certificate === undefined ? undefined : value('sslkey') || homeFile(home, 'postgresql.key'),
    sslpassword: value('sslpassword') || undefined,
    sslsni: value('sslsni') === '1',
    sslMinProtocolVersion: min,
    sslMaxProtocolVersion: max,
  };

  function readVersion(keyword: 'ssl_min_protocol_version' | 'ssl_max_protocol_version'): TlsVersion | undefined {
    const text = value(keyword);
    const version = tlsVersions.find((each) => each.toLowerCase() === text.toLowerCase());
    if (version === undefined && text !== '') {
      mistakes.push({
        message: `${keyword} "${text}" (from ${from(keyword)}) is not a version of TLS`,
        hint: `one of ${tlsVersions.join(', ')}`,
      });
    }
    return version;
  }
}
