import { usesTcp } from './hosts.ts';
import { isSecret, type Keyword, keywordRow, keywords } from './keywords.ts';
import type { ConnectionSettings } from './settings.ts';

/** Variables for another program; undefined takes one away. */
export type ChildEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The environment in which another program reaches the database that these settings reach: PG* for what is built on libpq,
 * DATABASE_URL for the rest. `said`: the connection string as it was typed, if that is all that counts; a URL is handed on as it
 * is, since it may hold words for the other program (Prisma's ?schema=). Passwords are in there: it is no text for anybody's eyes.
 */
export function childEnvironment(settings: ConnectionSettings, said?: string): ChildEnvironment {
  const { given, hosts, user, database } = settings;
  const all: Record<string, string | undefined> = {};
  for (const keyword of Object.keys(keywords) as Keyword[]) {
    const name = keywordRow(keyword).env;
    if (name !== undefined) all[name] = given.get(keyword);
  }
  return {
    ...all,
    PGHOST: hosts.map(({ host }) => host).join(','),
    PGPORT: hosts.map(({ port }) => port).join(','),
    PGUSER: user,
    PGDATABASE: database,
    PGSERVICE: undefined, // what it says is said by the others
    PGREQUIRESSL: undefined,
    DATABASE_URL: said !== undefined && /^postgres(?:ql)?:\/\//.test(said) ? said : uri(settings),
  };
}

/** Said by their own parts of a URI, or by the environment alone. */
const notInQuery: readonly Keyword[] = [
  'user',
  'password',
  'host',
  'hostaddr',
  'port',
  'dbname',
  'service',
  'passfile',
];

function uri({ given, hosts, user, database, password }: ConnectionSettings): string {
  const [first] = hosts;
  const socket = first !== undefined && !usesTcp(first) ? first : undefined;
  const places = hosts.map(
    ({ host, port }) => `${host.includes(':') ? `[${host}]` : encodeURIComponent(host)}:${port}`,
  );
  const query = [
    ...(socket === undefined ? [] : [['host', socket.host] as const, ['port', `${socket.port}`] as const]),
    ...[...given].filter(([keyword, value]) => value !== '' && !notInQuery.includes(keyword) && !isSecret(keyword)),
  ].map(([keyword, value]) => `${keyword}=${encodeURIComponent(value)}`);
  const who = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':');
  const where = socket === undefined ? places.join(',') : '';
  return `postgresql://${who}@${where}/${encodeURIComponent(database)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
