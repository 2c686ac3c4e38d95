/** The variable by which the launcher tells the test processes which servers it started: `ServerAddress[]` as JSON. */
export const serversVariable = 'PGSEQ_TEST_SERVERS';

/** What a server is reached by; plain values, so that the launcher can hand them to the test processes. */
export interface ServerAddress {
  readonly major: number;
  readonly host: string;
  readonly port: number;
  /** Also the directory of a cluster of the harness. */
  readonly socketDirectory: string;
  /** The superuser's, where the server asks for one. */
  readonly password?: string | undefined;
}

/** A running PostgreSQL server, as a client sees it. */
export interface Server extends ServerAddress {
  /** For names of tests: `18`. */
  readonly name: string;
  /** A connection URI over TCP. Without a user: the superuser `postgres`, with its password where the server wants one. */
  url(database: string, user?: string, password?: string): string;
}

/** The servers that the launcher started; none where it did not start this process. */
export function addressesOfRun(): readonly ServerAddress[] {
  return JSON.parse(process.env[serversVariable] ?? '[]') as ServerAddress[];
}

const elsewhere = new WeakSet<Server>();

/** Says that tests of a server are proved by another run. */
export function proveElsewhere(server: Server): void {
  elsewhere.add(server);
}

/** Whether a test of a server is proved elsewhere: this run is not for it. */
export function isProvedElsewhere(server: Server): boolean {
  return elsewhere.has(server);
}

/** The server at an address. */
export function serverAt(address: ServerAddress): Server {
  return {
    ...address,
    name: String(address.major),
    url: (database, user, password) => connectionUri(address, database, user, password),
  };
}

/** What `Server.url` returns. */
export function connectionUri(address: ServerAddress, database: string, user = 'postgres', password?: string): string {
  const secret = password ?? (user === 'postgres' ? address.password : undefined);
  const login = encodeURIComponent(user) + (secret === undefined ? '' : `:${encodeURIComponent(secret)}`);
  return `postgresql://${login}@${address.host}:${address.port}/${encodeURIComponent(database)}`;
}
