import type { EventEmitter } from 'node:events';
import type { AuthMethod, ConnectionSettings } from '../conninfo/index.ts';

/** Why a server was not told the password, or not believed. */
export class AuthRefusal extends Error {
  override readonly name = 'AuthRefusal';
  readonly code: 'no-password' | 'require-auth' | 'channel-binding';

  constructor(code: AuthRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Watches the authentication that the driver makes and holds it to `require_auth` and `channel_binding`, which the
 * driver does not know. It must be made before the client connects: its listeners have to come before the driver's, and
 * the driver asks for the password only after them.
 *
 * Channel binding is used when the server offers SCRAM-SHA-256-PLUS and the connection is encrypted; whoever relays the
 * connection cannot do that, so `require` is guaranteed by insisting that this method was offered and completed.
 *
 * @param connection the driver's connection, which emits a message for every step
 * @param refuse called with the reason when the server must not be trusted; has to end the connection
 * @returns a function that gives the password, or throws when none may or can be given
 */
export function watchAuthentication(
  connection: EventEmitter,
  settings: Pick<ConnectionSettings, 'requireAuth' | 'channelBinding'>,
  secrets: { readonly password: string | undefined; readonly encrypted: boolean },
  refuse: (reason: AuthRefusal) => void,
): () => string {
  let asked: AuthMethod = 'none';
  let bound = false;
  let complete = false;

  const unacceptable = (): AuthRefusal | undefined => {
    if (settings.channelBinding === 'require' && !bound) {
      const why = secrets.encrypted ? 'the server did not offer it' : 'the connection is not encrypted';
      return new AuthRefusal('channel-binding', `channel binding is required, but ${why}`);
    }
    if (settings.requireAuth && !settings.requireAuth.has(asked)) {
      return new AuthRefusal('require-auth', asked === 'none' ? 'no authentication at all' : `the method ${asked}`);
    }
    return undefined;
  };

  const askedFor = (method: AuthMethod) => {
    asked = method;
    bound = false; // a server that offers channel binding and then asks for something else gets nothing
  };
  connection.on('authenticationCleartextPassword', () => askedFor('password'));
  connection.on('authenticationMD5Password', () => askedFor('md5'));
  connection.on('authenticationSASL', ({ mechanisms }: { mechanisms: readonly string[] }) => {
    askedFor('scram-sha-256');
    bound = secrets.encrypted && settings.channelBinding !== 'disable' && mechanisms.includes('SCRAM-SHA-256-PLUS');
  });
  // The driver verifies the server's own signature in this message, and fails if it is wrong.
  connection.on('authenticationSASLFinal', () => (complete = true));
  connection.on('authenticationOk', () => {
    const skipped = asked === 'scram-sha-256' && !complete;
    const reason = unacceptable() ?? (skipped ? new AuthRefusal('require-auth', 'an unfinished SCRAM') : undefined);
    if (reason) refuse(reason);
  });

  return () => {
    const reason = unacceptable();
    if (reason) throw reason;
    if (secrets.password === undefined)
      throw new AuthRefusal('no-password', `the server asks for a password (${asked})`);
    return secrets.password;
  };
}
