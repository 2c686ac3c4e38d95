import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';

/** How the connection is encrypted: the words of MySQL's own clients. */
type SslMode = 'DISABLED' | 'PREFERRED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY';

/** What a URL of MySQL or MariaDB says. */
export interface MysqlSettings {
  /** The URL as it may be shown: without a password, and without what stands behind the database. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The server's socket, instead of host and port. */
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Certificates and keys, as they stand in their files. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The server's key, to encrypt the password with where the connection is not. */
  readonly serverPublicKey: string | undefined;
  /** Whether the server may send that key itself: whoever answers then gets the password. */
  readonly getsServerPublicKey: boolean;
  /** Whether the password may be sent as it is, over TLS. */
  readonly enablesCleartext: boolean;
  /** What the URL says beside that, which is of no use here. */
  readonly ignored: readonly string[];
}

interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Reads `mysql://user:password@host:port/database?ssl-mode=VERIFY_IDENTITY&ssl-ca=FILE`, and `socket=PATH`; the spellings of
 * Prisma, of mysql2 and of others as well. Without a password that of MYSQL_PWD is taken. Throws a Problem that shows no password.
 */
export function readMysqlUrl(spec: string, { env, cwd }: Environment): MysqlSettings {
  // Its own error would show the password
  if (!URL.canParse(spec))
    throw new Problem('the URL of the MySQL server cannot be read', {
      hint: 'mysql://user:password@host:port/database, with special characters of the password percent-encoded: @ is %40',
    });
  const url = new URL(spec);
  if (`${url.pathname}${url.search}`.replace(/[?&][^=&]*=[^&]*/g, '').includes('@'))
    throw new Problem('the URL of the MySQL server has an @ after its host', {
      hint: 'write / ? # and @ inside a user name or password as %2F %3F %23 and %40',
    });
  const part = (text: string): string => decode(text, 'user, password and database');
  const database = part(url.pathname.slice(1));
  const host = part(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost';
  const user = part(url.username) || env['USER'] || 'root';
  const name = `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}/${url.pathname.slice(1)}`;
  if (database === '') throw new Problem(`${name} names no database`, { hint: `add it: ${name}DATABASE` });
  const given = parameters(url.searchParams);
  const file = (path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(resolve(cwd, path), 'utf8');
    } catch (cause) {
      throw new Problem(`${path} cannot be read: ${errorMessage(cause)}`, { cause });
    }
  };
  const ca = file(given.known.get('ca'));
  return {
    name,
    host,
    port: Number(url.port || 3306),
    socketPath: given.known.get('socket'),
    user,
    password: part(url.password) || env['MYSQL_PWD'],
    database,
    sslMode: sslMode(given.known, ca !== undefined),
    ca,
    cert: file(given.known.get('cert')),
    key: file(given.known.get('key')),
    serverPublicKey: file(given.known.get('publicKey')),
    getsServerPublicKey: isOn(given.known.get('getsKey')),
    enablesCleartext: isOn(given.known.get('cleartext')),
    ignored: given.ignored,
  };
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|true|on|yes|)$/i.test(text);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(`the URL of the MySQL server has a % in its ${what} that encodes nothing`, {
      hint: 'write %25 for a percent sign',
    });
  }
}

type Known = 'mode' | 'accept' | 'ssl' | 'ca' | 'cert' | 'key' | 'socket' | 'publicKey' | 'getsKey' | 'cleartext';

/** The names of parameters that say something, without `-` and `_` and in lower case. */
const names: Readonly<Record<string, Known>> = {
  sslmode: 'mode',
  sslaccept: 'accept',
  ssl: 'ssl',
  usessl: 'ssl',
  tls: 'ssl',
  sslca: 'ca',
  sslcert: 'cert',
  sslkey: 'key',
  socket: 'socket',
  socketpath: 'socket',
  unixsocket: 'socket',
  serverpublickeypath: 'publicKey',
  serverpublickey: 'publicKey',
  serverrsapublickeyfile: 'publicKey',
  getserverpublickey: 'getsKey',
  allowpublickeyretrieval: 'getsKey',
  enablecleartextplugin: 'cleartext',
  allowcleartextpasswords: 'cleartext',
};

function parameters(search: URLSearchParams): { known: ReadonlyMap<Known, string>; ignored: readonly string[] } {
  const known = new Map<Known, string>();
  const ignored: string[] = [];
  for (const [name, value] of search) {
    const meaning = names[name.toLowerCase().replaceAll(/[-_]/g, '')];
    if (meaning === undefined) ignored.push(name);
    else known.set(meaning, value);
  }
  return { known, ignored };
}

const modes: Readonly<Record<string, SslMode>> = {
  DISABLED: 'DISABLED',
  DISABLE: 'DISABLED',
  FALSE: 'DISABLED',
  '0': 'DISABLED',
  PREFERRED: 'PREFERRED',
  PREFER: 'PREFERRED',
  REQUIRED: 'REQUIRED',
  REQUIRE: 'REQUIRED',
  TRUE: 'REQUIRED',
  '1': 'REQUIRED',
  ACCEPT_INVALID_CERTS: 'REQUIRED',
  VERIFY_CA: 'VERIFY_CA',
  STRICT: 'VERIFY_IDENTITY',
  VERIFY_FULL: 'VERIFY_IDENTITY',
  VERIFY_IDENTITY: 'VERIFY_IDENTITY',
};

/** As MySQL's clients: encrypted where the server can, unless told; verified where there is something to verify against. */
function sslMode(known: ReadonlyMap<Known, string>, withCa: boolean): SslMode {
  const said = known.get('mode') ?? known.get('accept') ?? known.get('ssl');
  if (said === undefined) return withCa ? 'VERIFY_CA' : 'PREFERRED';
  if (said.startsWith('{')) return /"rejectUnauthorized"\s*:\s*false/.test(said) ? 'REQUIRED' : 'VERIFY_IDENTITY';
  const mode = modes[said.toUpperCase().replaceAll('-', '_')];
  if (mode === undefined)
    throw new Problem(`ssl-mode=${said}: unknown mode`, {
      hint: 'DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY',
    });
  return mode;
}
