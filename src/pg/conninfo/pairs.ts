import { isKeyword, isSecret, type Keyword, keywords } from './keywords.ts';
import { keywordValue, type Parsed, suggestion } from './keyword-value.ts';

// Strings of `key=value` with semicolons between: what .NET, ODBC, PHP's PDO and Perl's DBI write. Names of keys are compared
// without case, blanks and underscores, as .NET does.

/** What their keys are called here. https://www.npgsql.org/doc/connection-string-parameters.html, psqlODBC's own list */
const meanings: Readonly<Record<string, Keyword>> = {
  server: 'host',
  servername: 'host',
  datasource: 'host',
  database: 'dbname',
  db: 'dbname',
  initialcatalog: 'dbname',
  username: 'user',
  userid: 'user',
  uid: 'user',
  pwd: 'password',
  psw: 'password',
  sslmode: 'sslmode',
  sslcertificate: 'sslcert',
  sslkey: 'sslkey',
  sslpassword: 'sslpassword',
  rootcertificate: 'sslrootcert',
  timeout: 'connect_timeout',
  applicationname: 'application_name',
  targetsessionattributes: 'target_session_attrs',
  kerberosservicename: 'krbsrvname',
  clientencoding: 'client_encoding',
};

/** Nothing that says which server is reached, or how safely. */
const ignored: ReadonlySet<string> = new Set(
  `driver provider dsn pooling minimumpoolsize minpoolsize maximumpoolsize maxpoolsize connectionidlelifetime connectionpruninginterval
  connectionlifetime commandtimeout internalcommandtimeout cancellationtimeout keepalive tcpkeepalive maxautoprepare
  autoprepareminusages includeerrordetail includefailedbatchedcommand loadbalancehosts hostrecheckseconds searchpath timezone
  encoding noresetonclose enlist multiplexing persistsecurityinfo trustservercertificate checkcertificaterevocation
  readbuffersize writebuffersize socketreceivebuffersize socketsendbuffersize arraynullabilitymode logparameters
  convertinfinitydatetime servercompatibilitymode loadtablecomposites preloadreader usesslstream protocol readonly bytea_aslob
  byteaaslongvarbinary usedeclarefetch fetch bi charset sslnegotiation`.split(/\s+/),
);

const modes: Readonly<Record<string, string>> = { verifyca: 'verify-ca', verifyfull: 'verify-full' };

/** `Host=…;Username=…`, and the same behind `pgsql:` and `dbi:Pg:`. */
export const pairsShape =
  /^(?:(pgsql:(?!\/\/)|pdo_pgsql:|dbi:Pg:)|(?=[a-z][\w ]*=(?:\{[^}]*\}|[^;=]*);\s*[a-z][\w ]*=))/i;

const pair = /\s*([^=;]*?)\s*=\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\{((?:[^}]|\}\})*)\}|([^;]*))\s*(?:;|$)/y;

/** Reads such a string. No message repeats a value. */
export function parsePairs(text: string, origin: string): Parsed {
  const prefix = pairsShape.exec(text)?.[1] ?? '';
  const body = text.slice(prefix.length).trim();
  const values = new Map<Keyword, string>();
  const foreign: string[] = [];
  const failed = (message: string, hint?: string): Parsed => ({
    values,
    notes: [],
    mistakes: [{ message: `${origin}: ${message}`, hint }],
  });
  for (pair.lastIndex = 0; pair.lastIndex < body.length; ) {
    const found = pair.exec(body);
    if (found === null)
      return failed(
        'a part between semicolons is not key=value',
        'write it as a URI: postgresql://user@host:5432/database',
      );
    const [, name = '', double, single, brace, bare] = found;
    const value =
      double?.replaceAll('""', '"') ??
      single?.replaceAll("''", "'") ??
      brace?.replaceAll('}}', '}') ??
      (bare ?? '').trim();
    const plain = name.toLowerCase().replaceAll(/[\s_]/g, '');
    const keyword = isKeyword(name.toLowerCase()) ? (name.toLowerCase() as Keyword) : meanings[plain];
    if (keyword !== undefined) values.set(keyword, meant(keyword, value));
    else if (ignored.has(plain)) foreign.push(name);
    else return failed(`unknown keyword "${name}"`, suggestion(name.toLowerCase()));
  }
  const plain = new Map([...values].filter(([keyword]) => !isSecret(keyword)));
  const secret = plain.size === values.size ? '' : ', and its password';
  const notes = [
    `${origin} is a connection string of ${clientOf(prefix, foreign)}, read as ${keywordValue(plain)}${secret}`,
    ...(foreign.length === 0 ? [] : [`${origin}: ignored ${foreign.join(', ')}: not used here`]),
  ];
  return { values, notes, mistakes: [] };
}

/** Who writes such strings. */
function clientOf(prefix: string, foreign: readonly string[]): string {
  if (/^dbi/i.test(prefix)) return "Perl's DBI";
  if (prefix !== '') return "PHP's PDO";
  return foreign.some((name) => /^(?:driver|dsn)$/i.test(name)) ? 'ODBC' : 'Npgsql';
}

/** `Require` is `require`, `VerifyFull` is `verify-full`. */
function meant(keyword: Keyword, value: string): string {
  const { kind } = keywords[keyword];
  if (!Array.isArray(kind)) return value;
  const lower = value.toLowerCase().replaceAll(/[\s_-]/g, '');
  return modes[lower] ?? (kind as readonly string[]).find((one) => one.replaceAll('-', '') === lower) ?? value;
}
