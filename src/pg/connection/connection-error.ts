import { isIPv6 } from 'node:net';
import type { ConnectionSettings, HostSettings, TargetSessionAttrs } from '../conninfo/index.ts';
import { socketPath, usesTcp } from '../conninfo/index.ts';
import { quoteIdentifier } from '../identifier.ts';
import { Problem } from '../../problem.ts';
import type { Address } from './socket.ts';

/** An address did not answer in the time that connect_timeout allows. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'timeout';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
  }
}

/** The server is there, but not what target_session_attrs asks for. */
export class WrongRoleError extends Error {
  override readonly name = 'WrongRoleError';
  readonly code = 'wrong-role';
  readonly wanted: TargetSessionAttrs;

  constructor(wanted: TargetSessionAttrs) {
    super(`not ${wanted}`);
    this.wanted = wanted;
  }
}

/** What went wrong at one address. */
export interface ConnectionFailure {
  readonly error: unknown;
  readonly host: HostSettings;
  readonly address?: Address | undefined;
  /** Where the password came from, in words or as a path; `undefined` if there was none. */
  readonly passwordFrom: string | undefined;
}

interface Explanation {
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** What the explanations may ask about. */
interface Scene extends ConnectionFailure {
  readonly settings: ConnectionSettings;
  /** The text of the error. */
  readonly text: string;
  readonly code: string;
  /** `keyword value came from origin`, for hints. */
  readonly came: (keyword: string, value: string) => string;
}

/**
 * Turns the failures of all hosts and addresses into one Problem. Its message says where we wanted to go and what
 * happened there; its hint where the decisive setting came from and what to try.
 */
export function connectionProblem(failures: readonly ConnectionFailure[], settings: ConnectionSettings): Problem {
  const explained = failures.map((failure) => ({
    failure,
    code: codeOf(failure.error),
    ...explain(failure, settings),
  }));
  const [first] = explained;
  const who = `database ${settings.database}, as ${settings.user}`;
  if (!first) return new Problem(`cannot connect to ${who}: no host is left`);
  const details = { hint: first.hint, code: first.code, cause: first.failure.error };
  // All addresses of one host usually fail for the same reason, which is then said once.
  if (explained.every(({ failure, reason }) => failure.host === first.failure.host && reason === first.reason)) {
    return new Problem(`cannot connect to ${place(first.failure.host)}, ${who}: ${first.reason}`, details);
  }
  const lines = explained.map(({ failure, reason }) => `  - ${place(failure.host, failure.address)}: ${reason}`);
  return new Problem([`cannot connect to ${who}; tried:`, ...lines], details);
}

function place(host: HostSettings, address?: Address): string {
  if (!usesTcp(host)) return `socket ${socketPath(host)}`;
  const name = isIPv6(host.host) ? `[${host.host}]` : host.host;
  const numeric = address && 'address' in address ? address.address : host.hostaddr;
  return `${name}:${host.port}${numeric === undefined || numeric === host.host ? '' : ` (${numeric})`}`;
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function explain(failure: ConnectionFailure, settings: ConnectionSettings): Explanation {
  const code = codeOf(failure.error);
  const text = failure.error instanceof Error ? failure.error.message : String(failure.error);
  const came = (keyword: string, value: string): string => {
    const origin = settings.origin.get(keyword) ?? 'default';
    return origin === 'default' ? `${keyword} ${value} is the default` : `${keyword} ${value} came from ${origin}`;
  };
  const scene: Scene = { ...failure, settings, text, code, came };
  if (/^Connection terminated|^SASL:/.test(text) && code === '') return driverErrors(scene);
  const byCode = explanations[code];
  if (byCode) return byCode(scene);
  if (/^(ERR_SSL|ERR_OSSL|EPROTO)/.test(code)) {
    return { reason: `TLS failed: ${text.replace(/^.*SSL routines:[^:]*:/, '').replace(/:\.\..*$/s, '')} (${code})` };
  }
  if (/CERT|CRL|ISSUER|LEAF_SIGNATURE|INVALID_(?:CA|PURPOSE)|PATH_LENGTH/.test(code)) return untrusted(scene);
  return { reason: code === '' ? text : `${text} (${code})` };
}

const network = ({ came, host, settings }: Scene): string =>
  settings.origin.get('port') === 'default' || settings.origin.get('host') !== 'default'
    ? came('host', host.host)
    : came('port', String(host.port));

const ready = ({ host }: Scene): string => `try: pg_isready -h ${host.host} -p ${host.port}`;

const sslmode = ({ settings, came }: Scene): string => came('sslmode', settings.sslmode);

function untrusted(scene: Scene): Explanation {
  const { settings, came, code, text } = scene;
  const root =
    settings.sslrootcert === undefined
      ? 'no sslrootcert is set'
      : settings.origin.get('sslrootcert') === 'default'
        ? `it was checked against ${settings.sslrootcert}, because that file exists`
        : came('sslrootcert', settings.sslrootcert);
  return {
    reason: `its certificate is not trusted: ${text} (${code})`,
    hint: `${root}; give the certificate of its authority as sslrootcert=FILE, or sslrootcert=system for a public one`,
  };
}

function driverErrors({ text, came, settings }: Scene): Explanation {
  if (text.startsWith('Connection terminated')) return closed;
  if (/signature/.test(text)) {
    return { reason: 'the server could not prove that it knows the password; it may be an impostor' };
  }
  return { reason: `authentication failed: ${text.replace(/^SASL: /, '')}`, hint: came('user', settings.user) };
}

const closed: Explanation = {
  reason: 'the server closed the connection without an answer',
  hint: 'a proxy or load balancer without a server behind it does this, and so does a server that only takes (or never takes) TLS; its log says why',
};

const noRoute = (scene: Scene): Explanation => ({
  reason: `no route to host (${scene.code})`,
  hint: `${network(scene)}; check the network, the VPN and the firewall`,
});

const noAnswer = (scene: Scene): Explanation => ({
  reason: scene.code === 'timeout' ? scene.text : `no answer (${scene.code})`,
  hint: `${network(scene)}; a firewall that drops packets looks like this; ${ready(scene)}`,
});

const forbiddenSocket = ({ host, code }: Scene): Explanation => ({
  reason: `this user may not use the socket (${code})`,
  hint: `see: ls -ld ${host.host}; or connect over TCP with -h localhost`,
});

const lost = ({ code }: Scene): Explanation => ({ ...closed, reason: `the server closed the connection (${code})` });

/** What to do about a server that does not want us at all (28000). */
function notAllowed({ text, came, settings, host }: Scene): string {
  if (/^Peer authentication/i.test(text)) {
    return 'the database user must match the system user; to use a password instead, connect over TCP: -h localhost';
  }
  if (/does not exist|not permitted/.test(text)) return came('user', settings.user);
  if (/no encryption/.test(text) && settings.sslmode === 'disable') {
    return `${came('sslmode', settings.sslmode)}; the server may want TLS: sslmode=require`;
  }
  return `the server's pg_hba.conf has to allow ${settings.user} into ${settings.database}${usesTcp(host) ? ' from this machine' : ''}`;
}

/** What `options` says is read by the server. */
const badOptions = ({ text, code, came, settings }: Scene): Explanation => ({
  reason: `${text} (${code})`,
  hint: settings.options === undefined ? undefined : came('options', settings.options),
});

/** By SQLSTATE, by the code of the operating system or of OpenSSL, or by one of our own. */
const explanations: Readonly<Record<string, (scene: Scene) => Explanation>> = {
  ENOTFOUND: ({ came, host }) => ({
    reason: 'no such host (ENOTFOUND)',
    hint: `${came('host', host.host)}; check its spelling`,
  }),
  EINVAL: ({ came, host }) => ({
    reason: 'not a valid host name (EINVAL)',
    hint: came('host', host.host),
  }),
  EAI_AGAIN: ({ came, host }) => ({
    reason: 'the host name cannot be resolved at the moment (EAI_AGAIN)',
    hint: `${came('host', host.host)}; is the network up?`,
  }),
  ECONNREFUSED: (scene) => ({
    reason: usesTcp(scene.host)
      ? 'nothing listens there (ECONNREFUSED)'
      : 'the socket exists, but no server listens on it (ECONNREFUSED)',
    hint: `${scene.came('port', String(scene.host.port))}; is the server running? ${ready(scene)}`,
  }),
  ENOENT: (scene) => ({
    reason: 'no such socket (ENOENT)',
    hint: `${network(scene)}; is the server running on this machine? over TCP: -h localhost`,
  }),
  ENOTDIR: (scene) => ({ reason: 'no such socket (ENOTDIR)', hint: network(scene) }),
  EACCES: forbiddenSocket,
  EPERM: forbiddenSocket,
  ETIMEDOUT: noAnswer,
  timeout: noAnswer,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  ECONNRESET: lost,
  EPIPE: lost,
  closed: () => closed,

  'no-tls': (scene) => ({
    reason: 'the server has no TLS',
    hint: `${sslmode(scene)}; set ssl = on at the server, or sslmode=prefer if the network can be trusted`,
  }),
  'not-postgres': (scene) => ({
    reason: `the server there is not PostgreSQL: ${scene.text}`,
    hint: `${scene.came('port', String(scene.host.port))}; is it the right one?`,
  }),
  'wrong-role': ({ error, came, settings }) => ({
    reason: roleReasons[(error as WrongRoleError).wanted] ?? (error as Error).message,
    hint: came('target_session_attrs', settings.targetSessionAttrs),
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (scene) => ({
    reason: `its certificate is for other names (${certificateNames(scene.error)})`,
    hint: `${scene.came('host', scene.host.host)}; connect by a name in the certificate (hostaddr=… keeps the address), or use sslmode=verify-ca`,
  }),
  CERT_HAS_EXPIRED: () => ({
    reason: 'its certificate has expired (CERT_HAS_EXPIRED)',
    hint: 'the server needs a new certificate; or is the clock of this machine wrong?',
  }),
  CERT_NOT_YET_VALID: () => ({
    reason: 'its certificate is not valid yet (CERT_NOT_YET_VALID)',
    hint: 'is the clock of this machine wrong?',
  }),
  CERT_REVOKED: () => ({ reason: 'its certificate has been revoked (CERT_REVOKED)' }),

  'no-password': () => ({
    reason: 'the server asks for a password, but none was given',
    hint: 'set PGPASSWORD, or add a line host:port:database:user:password to ~/.pgpass (chmod 600)',
  }),
  'require-auth': ({ text, settings }) => ({
    reason: `the server wants ${text}, which require_auth does not allow`,
    hint: `require_auth came from ${settings.origin.get('require_auth')}`,
  }),
  'channel-binding': ({ text, came, settings }) => ({
    reason: text,
    hint: `${came('channel_binding', settings.channelBinding)}; it needs TLS and a password stored as scram-sha-256 (not every pooler can)`,
  }),
  'auth-method': ({ text }) => ({
    reason: `the server asks for ${text} authentication, which is not supported here`,
    hint: 'add a line for this user with scram-sha-256 to its pg_hba.conf',
  }),

  '28P01': ({ passwordFrom, text }) => ({
    reason: `${text} (28P01)`,
    hint: `the password came from ${passwordFrom ?? 'nowhere'}`,
  }),
  '28000': (scene) => ({ reason: `${scene.text} (28000)`, hint: notAllowed(scene) }),
  '3D000': ({ text, settings }) => {
    const origin = settings.origin.get('dbname');
    const from =
      origin === 'default' ? 'no database is named, so the user name is used' : `the name came from ${origin}`;
    return { reason: `${text} (3D000)`, hint: `${from}; see all: psql -l` };
  },
  '42501': ({ text, settings }) => ({
    reason: `${text} (42501)`,
    hint: `its owner can let ${settings.user} connect, with the rights that it and PUBLIC have there: grant connect on database ${quoteIdentifier(settings.database)} to ${quoteIdentifier(settings.user)};`,
  }),
  '53300': ({ text }) => ({
    reason: `${text} (53300)`,
    hint: 'all connections are in use; try again later, or see who uses them: select * from pg_stat_activity;',
  }),
  '42601': badOptions,
  '42704': badOptions,
  '22023': badOptions,
  '53200': ({ text }) => ({
    reason: `${text} (53200)`,
    hint: "the server's lock table is full; try again later, or raise its max_locks_per_transaction",
  }),
  '57P03': ({ text }) => ({ reason: `${text} (57P03)`, hint: 'try again when the server is up' }),
  '08P01': ({ text, came, settings }) => ({
    reason: `${text} (08P01)`,
    hint: settings.options !== undefined && /parameter/.test(text) ? came('options', settings.options) : undefined,
  }),
};

const roleReasons: Partial<Record<TargetSessionAttrs, string>> = {
  'read-write': 'sessions there are read-only',
  'read-only': 'sessions there are not read-only',
  primary: 'the server is a standby',
  standby: 'the server is not a standby',
};

function certificateNames(error: unknown): string {
  const { cert } = error as { cert?: { subjectaltname?: string; subject?: { CN?: string } } };
  return cert?.subjectaltname ?? (cert?.subject?.CN ? `CN:${cert.subject.CN}` : 'none');
}
