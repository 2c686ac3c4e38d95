import type { Duplex } from 'node:stream';
import type { ConnectionSettings } from '../conninfo/index.ts';
import { type ByteStream, readBytes } from './socket.ts';
import { NotPostgresError } from './tls.ts';

/** The server wants to be convinced in a way the driver does not know. */
class AuthMethodError extends Error {
  override readonly name = 'AuthMethodError';
  readonly code = 'auth-method';
}

/**
 * The startup packet of protocol 3.0: who, where, our name, and the user's own `options`. Nothing else is sent, because
 * poolers refuse what they do not know (PgBouncer: 08P01), and results do not depend on anything else.
 */
export function startupPacket(settings: ConnectionSettings): Buffer {
  const parameters = [
    ['user', settings.user],
    ['database', settings.database],
    ['application_name', settings.applicationName],
    ['options', settings.options ?? ''],
    ['client_encoding', 'UTF8'],
  ];
  const text = parameters.filter(([, value]) => value !== '').map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.from(`${text.join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(0x0003_0000, 4);
  return Buffer.concat([head, body]);
}

// https://www.postgresql.org/docs/current/protocol-message-formats.html, Authentication*
const unsupported: Readonly<Record<number, string>> = {
  2: 'Kerberos V5',
  6: 'SCM',
  7: 'GSSAPI',
  8: 'GSSAPI',
  9: 'SSPI',
};
const supported = [0, 3, 5, 10];

/**
 * Waits for the first answer to the startup packet, and leaves it in the stream. The driver takes any bytes for messages
 * and lets an authentication method it does not know crash the process, so both are caught here.
 *
 * @throws NotPostgresError, AuthMethodError, ClosedError
 */
export async function awaitAnswer(stream: ByteStream & Pick<Duplex, 'unshift'>): Promise<void> {
  const type = await readBytes(stream, 1);
  if (!['R', 'E', 'v'].includes(type.toString('latin1'))) {
    throw new NotPostgresError(`answered 0x${type.toString('hex')} to the startup packet`);
  }
  if (type[0] !== 'R'.charCodeAt(0)) {
    stream.unshift(type);
    return;
  }
  const head = await readBytes(stream, 8);
  const length = head.readInt32BE(0);
  const method = head.readInt32BE(4);
  if (length < 8 || length > 2000) throw new NotPostgresError('an authentication request of impossible length');
  if (!supported.includes(method)) {
    throw new AuthMethodError(unsupported[method] ?? `method ${method}`);
  }
  stream.unshift(Buffer.concat([type, head]));
}
