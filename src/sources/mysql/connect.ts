import type { Connection, ConnectionOptions, SslOptions } from 'mysql2';
import { Problem } from '../../pg/problem.ts';
import { errorCode, errorMessage } from '../../pg/sqlstate.ts';
import type { MysqlSettings } from './url.ts';

/** Connects. Throws a Problem where that fails, or where the driver is not installed. */
export async function connect(settings: MysqlSettings): Promise<Connection> {
  try {
    return await attempt(settings, sslOf(settings));
  } catch (error) {
    if (settings.sslMode !== 'PREFERRED' || errorCode(error) !== 'HANDSHAKE_NO_SSL_SUPPORT')
      throw refusal(error, settings);
  }
  return await attempt(settings, undefined).catch((error: unknown) => {
    throw refusal(error, settings);
  });
}

async function attempt(settings: MysqlSettings, ssl: SslOptions | undefined): Promise<Connection> {
  const { createConnection } = await driver();
  const { socketPath, host, port, user, password, database } = settings;
  const options: ConnectionOptions = {
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    user,
    database,
    charset: 'utf8mb4',
    flags: ['-LOCAL_FILES'], // no server shall ask for files of this machine
    rowsAsArray: true,
    typeCast: false, // bytes as the server sends them
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
  };
  const connection = createConnection(options);
  // What is said while nothing is asked: the next question hears that the connection is gone
  connection.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)));
  });
  return connection;
}

async function driver(): Promise<typeof import('mysql2')> {
  const { default: module } = await import('mysql2').catch((cause: unknown) => {
    if (errorCode(cause) !== 'ERR_MODULE_NOT_FOUND' || !errorMessage(cause).includes('mysql2')) throw cause;
    throw new Problem('reading from MySQL or MariaDB needs mysql2, a driver, which is not installed', {
      // npx keeps what it runs in a cache of its own, where nothing can be added afterwards
      hint: import.meta.url.includes('/_npx/') ? 'npx -p pgseq -p mysql2 pgseq import …' : 'npm install mysql2',
      cause,
    });
  });
  return module;
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

/** An error of the driver or the server as a Problem that names the source. */
export function refusal(error: unknown, { name }: Pick<MysqlSettings, 'name'>): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const code = errorCode(error);
  const said = errorMessage(error) || code || 'no reason given';
  if (code === undefined) return error;
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
    return new Problem(`a table of ${name} was altered since the reading began`, {
      hint: 'run it again',
      code,
      cause: error,
    });
  return new Problem(`${name}: ${said}`, { code, cause: error });
}
