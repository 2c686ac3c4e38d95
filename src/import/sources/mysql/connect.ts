import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, SslOptions } from 'mysql2';
import { Problem } from '../../../problem.ts';
import { errorCode, errorMessage } from '../../../pg/sqlstate.ts';
import { tooLong } from '../../../pg/limit.ts';
import { authentication } from './auth.ts';
import type { MysqlSettings } from './url.ts';

/** How a connection is made, and whom to tell of what was decided. */
export interface Connecting {
  readonly signal: AbortSignal | undefined;
  readonly onNote: (note: string) => void;
  /** The most bytes that one packet may have: a row is one. */
  readonly mostInOne: number;
}

/** Connects. Throws a Problem where that fails, or where the driver is not installed. */
export async function connect(settings: MysqlSettings, connecting: Connecting): Promise<Connection> {
  try {
    return await attempt(settings, sslOf(settings), connecting);
  } catch (error) {
    if (settings.sslMode !== 'PREFERRED' || errorCode(error) !== 'HANDSHAKE_NO_SSL_SUPPORT')
      throw refusal(error, settings);
  }
  const connection = await attempt(settings, undefined, connecting).catch((error: unknown) => {
    throw refusal(error, settings);
  });
  connecting.onNote(
    `${settings.name} has no TLS: anyone on the network path can read what it sends; ssl-mode=REQUIRED in the URL refuses that, DISABLED does not ask for TLS`,
  );
  return connection;
}

async function attempt(
  settings: MysqlSettings,
  ssl: SslOptions | undefined,
  { signal, mostInOne }: Connecting,
): Promise<Connection> {
  const { default: module } = await driver();
  const { socketPath, host, port, user, password, database } = settings;
  const options: ConnectionOptions = {
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    user,
    database,
    charset: 'utf8mb4',
    flags: ['-LOCAL_FILES'], // no server shall ask for files of this machine
    rowsAsArray: true,
    typeCast: false, // bytes as the server sends them
    ...authentication(module, settings, ssl !== undefined),
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
  };
  signal?.throwIfAborted();
  const connection = module.createConnection(options);
  limitPackets(connection, mostInOne, settings.name);
  // What is said while nothing is asked: the next question hears that the connection is gone
  connection.on('error', () => {});
  const hangUp = hangingUp(connection);
  signal?.addEventListener('abort', hangUp, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    return connection;
  } catch (error) {
    // The driver leaves it to the server to hang up. One that refuses may not
    hangUp();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', hangUp);
  }
}

/** Ends a connection as if the server had: the driver's own way leaves a question that runs without an answer. */
export function hangingUp(connection: Connection): () => void {
  return () => void streamOf(connection).destroy();
}

function streamOf(connection: Connection): Socket {
  return (connection as unknown as { stream: Socket }).stream;
}

/** Has the driver take what the server sent. On an answer that it does not understand it writes a stack to the console, beside its error. */
export function quietly<Result>(work: () => Result): Result {
  const { error, trace } = console;
  Object.assign(console, { error: () => {}, trace: () => {} });
  try {
    return work();
  } finally {
    Object.assign(console, { error, trace });
  }
}

/** What the driver holds of a packet that is not complete. */
interface Parser {
  bufferLength: number;
  readonly largePacketParts: readonly unknown[];
  execute: (this: Parser, chunk: Buffer) => unknown;
}

const partSize = 2 ** 24 - 1;

/** Ends a connection whose next packet is larger than that: the driver would gather all of it, however much comes. */
function limitPackets(connection: Connection, most: number, name: string): void {
  const { packetParser: parser } = connection as unknown as { packetParser: Parser };
  let { execute } = parser;
  Object.defineProperty(parser, 'execute', {
    // The driver keeps there what it waits for
    set(next: Parser['execute']) {
      execute = next;
    },
    get: () => (chunk: Buffer) => {
      if (parser.largePacketParts.length * partSize + parser.bufferLength + chunk.length > most)
        return streamOf(connection).destroy(tooLong(`${name}: a row, or another answer,`, most));
      return quietly(() => execute.call(parser, chunk));
    },
  });
}

async function driver(): Promise<{ default: typeof import('mysql2') }> {
  return await import('mysql2').catch((cause: unknown) => {
    if (errorCode(cause) !== 'ERR_MODULE_NOT_FOUND' || !errorMessage(cause).includes('mysql2')) throw cause;
    throw new Problem('reading from MySQL or MariaDB needs mysql2, a driver, which is not installed', {
      // npx keeps what it runs in a cache of its own, where nothing can be added afterwards
      hint: import.meta.url.includes('/_npx/') ? 'npx -p pgseq -p mysql2 pgseq import …' : 'npm install mysql2',
      cause,
    });
  });
}

function sslOf({ sslMode, socketPath, ca, cert, key }: MysqlSettings): SslOptions | undefined {
  if (sslMode === 'DISABLED' || socketPath !== undefined) return undefined;
  return {
    rejectUnauthorized: sslMode.startsWith('VERIFY'),
    verifyIdentity: sslMode === 'VERIFY_IDENTITY',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** The code of an error of the driver's that has none: it did not understand the server. */
const strange = 'PROTOCOL_ERROR';

/** What the driver hands over as an error. */
export function ofDriver(error: Error): Error {
  return error instanceof Problem || errorCode(error) !== undefined ? error : Object.assign(error, { code: strange });
}

/** An answer that is none. */
export function strangeAnswer(message: string): Error {
  return Object.assign(new Error(message), { code: strange });
}

/** An error of the driver or the server as a Problem that names the source. */
export function refusal(error: unknown, { name }: Pick<MysqlSettings, 'name'>): unknown {
  // The driver gives what an authentication threw a code of its own
  if (error instanceof Problem)
    return errorCode(error) === 'AUTH_SWITCH_PLUGIN_ERROR'
      ? new Problem(`${name}: ${error.message}`, {
          ...(error.hint === undefined ? {} : { hint: error.hint }),
          cause: error,
        })
      : error;
  if (!(error instanceof Error)) return error;
  const code = errorCode(error);
  if (code === undefined) return error;
  const said = errorMessage(error) || code;
  if (code === strange)
    return new Problem(`${name} gave an answer that no MySQL or MariaDB gives: ${said}`, { code, cause: error });
  if (
    /^(?:PROTOCOL_CONNECTION_LOST|ECONNRESET|EPIPE|ETIMEDOUT|ER_SERVER_SHUTDOWN|ER_QUERY_INTERRUPTED|ER_CONNECTION_KILLED)$/.test(
      code,
    )
  )
    return new Problem(`the connection to ${name} was lost: ${said}`, {
      hint: 'run it again; the log of that server says why',
      code,
      cause: error,
    });
  if (code === 'ER_TABLE_DEF_CHANGED')
    return new Problem(`a table of ${name} was altered after reading began`, {
      hint: 'run it again',
      code,
      cause: error,
    });
  return new Problem(`${name}: ${said}`, { code, cause: error });
}
