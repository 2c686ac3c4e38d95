import type { Home } from './home.ts';
import { type Parsed, parseKeywordValue } from './keyword-value.ts';
import { isSecret, type Keyword, keywordRow, keywords } from './keywords.ts';
import type { Mistake } from './mistake.ts';
import { recognize } from './recognize.ts';
import { parsePairs } from './pairs.ts';
import { redact } from './redact.ts';
import { readService } from './service.ts';
import { urlsWithin } from './typo.ts';
import { parseUri } from './uri.ts';

/** Everything that may say something about a connection. */
export interface ConninfoSources {
  /** The argument or `--url`: a URI, a keyword/value string or a bare database name. */
  readonly conninfo?: string | undefined;
  /** How to call `conninfo` in messages; `the connection argument` unless given. */
  readonly conninfoName?: string | undefined;
  /** `-h`, `-p`, `-U`, `-d`. As in psql the last may be a whole connection string. */
  readonly flags?: ConninfoFlags | undefined;
  /** Whether the flags win over `conninfo`, which then comes from a file and not from the command line. */
  readonly flagsWin?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether DATABASE_URL and then POSTGRES_URL are asked before PG* when neither an argument nor a flag is given. */
  readonly urlVariables?: boolean | undefined;
  /** For tests; by default what the system says. */
  readonly home?: string | undefined;
  readonly systemUser?: string | undefined;
  readonly platform?: string | undefined;
  readonly socketDirectories?: readonly string[] | undefined;
}

interface ConninfoFlags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly user?: string | undefined;
  readonly dbname?: string | undefined;
}

/** One value and where it came from, in words. */
export interface Given {
  readonly value: string;
  readonly origin: string;
}

export interface Gathered {
  readonly given: ReadonlyMap<Keyword, Given>;
  readonly notes: string[];
  readonly mistakes: Mistake[];
}

/** A server hangs up without a word on a startup packet of more than 10,000 bytes. */
const mostInPacket = 9000;
const inPacket: ReadonlySet<Keyword> = new Set(['user', 'dbname', 'options', 'application_name']);

const names = { host: '--host', port: '--port', user: '--username', dbname: '--dbname' } as const;

/**
 * What the user said about each keyword, from the strongest source to the weakest: connection string, flags, service,
 * environment. Defaults are not filled in yet.
 */
export function gather(sources: ConninfoSources, home: Home): Gathered {
  const given = new Map<Keyword, Given>();
  const notes: string[] = [];
  const mistakes: Mistake[] = [];

  const said = connectionString(sources, mistakes);
  if (said) {
    const parsed = parse(said.value, said.origin);
    notes.push(...parsed.notes);
    mistakes.push(...parsed.mistakes);
    for (const [keyword, value] of parsed.values) given.set(keyword, { value, origin: said.origin });
  }
  for (const [keyword, origin] of Object.entries(names) as [keyof typeof names, string][]) {
    const value = sources.flags?.[keyword];
    if (!value || said?.origin === origin) continue; // psql takes an empty option for one that is not there
    const other = given.get(keyword);
    if (other && other.value !== value && sources.flagsWin !== true)
      notes.push(`${other.origin} is used instead of ${origin} ${redact(value)}`);
    else given.set(keyword, { value, origin });
  }
  const named = fromEnvironment('service', sources.env);
  if (named !== undefined && !given.has('service')) given.set('service', named);
  refuseUrls(given, mistakes);
  addService(given, sources.env, home, mistakes);
  addEnvironment(given, sources.env);
  refuseUrls(given, mistakes);
  for (const [keyword, { value, origin }] of given) {
    // It ends a word in the startup packet: what follows would be read as settings. A file of variables may hold one
    if (value.includes('\0')) mistakes.push({ message: `${keyword} holds a NUL character (from ${origin})` });
    if (inPacket.has(keyword) && Buffer.byteLength(value) > mostInPacket)
      mistakes.push({ message: `${keyword} is longer than PostgreSQL takes (from ${origin})` });
  }
  return { given, notes, mistakes };
}

/** The connection string that counts, if any. */
function connectionString(sources: ConninfoSources, mistakes: Mistake[]): Given | undefined {
  const { flags = {}, env } = sources;
  const argument = { value: sources.conninfo?.trim() ?? '', origin: sources.conninfoName ?? 'the connection argument' };
  const dbname = { value: flags.dbname?.trim() ?? '', origin: names.dbname };
  const dbnameIsString = dbname.value !== '' && recognize(dbname.value, names.dbname).form !== 'database';
  if (dbnameIsString && argument.value !== '') {
    mistakes.push({ message: `both ${argument.origin} and --dbname are connection strings`, hint: 'give only one' });
  }
  if (argument.value !== '') return argument;
  if (dbnameIsString) return dbname;
  if (!sources.urlVariables || Object.values(flags).some(Boolean)) return undefined;
  for (const name of ['DATABASE_URL', 'POSTGRES_URL']) {
    const value = env[name]?.trim();
    if (value) return { value, origin: name };
  }
  return undefined;
}

/** What a connection string says, whatever its form. `origin`: how to call it in messages. */
export function parse(text: string, origin: string): Parsed {
  const form = recognize(text, origin);
  switch (form.form) {
    case 'uri':
      return parseUri(form.rest, origin, form.jdbc);
    case 'keyword-value':
      return parseKeywordValue(text, origin);
    case 'pairs':
      return parsePairs(text, origin);
    case 'database':
      return { values: new Map([['dbname', text]]), notes: [], mistakes: [] };
    case 'mistake':
      return { values: new Map(), notes: [], mistakes: [form.mistake] };
  }
}

/** Takes out what is no name, before anything is looked up by it. */
function refuseUrls(given: Map<Keyword, Given>, mistakes: Mistake[]): void {
  for (const { keyword, mistake } of urlsWithin(given)) {
    given.delete(keyword);
    mistakes.push(mistake);
  }
}

function addService(given: Map<Keyword, Given>, env: ConninfoSources['env'], home: Home, mistakes: Mistake[]): void {
  const named = given.get('service');
  if (!named) return;
  const service = readService(named.value, named.origin, env, home);
  if ('message' in service) {
    mistakes.push(service);
    return;
  }
  const origin = `service "${named.value}" in ${service.file}`;
  for (const [keyword, value] of service.values) if (!given.has(keyword)) given.set(keyword, { value, origin });
}

function addEnvironment(given: Map<Keyword, Given>, env: ConninfoSources['env']): void {
  for (const keyword of Object.keys(keywords) as Keyword[]) {
    const value = given.has(keyword) ? undefined : fromEnvironment(keyword, env);
    if (value) given.set(keyword, value);
  }
  // Long deprecated, but libpq still reads it where PGSSLMODE is not set.
  if (!given.has('sslmode') && env['PGREQUIRESSL']?.startsWith('1')) {
    given.set('sslmode', { value: 'require', origin: 'PGREQUIRESSL' });
  }
}

/** An empty variable counts as set, as in libpq: `PGHOST=` means the default host, `PGSSLMODE=` is a mistake. */
function fromEnvironment(keyword: Keyword, env: ConninfoSources['env']): Given | undefined {
  const name = keywordRow(keyword).env;
  const value = name === undefined ? undefined : env[name];
  return name === undefined || value === undefined ? undefined : { value, origin: name };
}

/** How a value is shown in a message: in quotes, with its origin, and never if it is a secret. */
export function shown(keyword: Keyword, { value, origin }: Given): string {
  return isSecret(keyword) ? `${keyword} (from ${origin})` : `${keyword} "${value}" (from ${origin})`;
}
