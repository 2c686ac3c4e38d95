import type { AuthPlugin, ConnectionOptions } from 'mysql2';
import { Problem } from '../../../problem.ts';
import type { MysqlSettings } from './url.ts';

type Driver = typeof import('mysql2');

/** Methods that hand over the password itself, which only TLS or a key of the server's hides. */
const sha256 = ['caching_sha2_password', 'sha256_password'] as const;

const encrypted = 'ssl-mode=REQUIRED in the URL encrypts the connection, and VERIFY_IDENTITY also proves the server';

/**
 * How the driver answers a server that asks for the password. Left alone it encrypts the password with whatever key it is sent: whoever
 * answers gets it. As MySQL's own clients: only over TLS, over a socket of this machine, with a key that is known, or where the URL says
 * that the server's key is to be believed. In clear text: over TLS alone, and where the URL says so.
 */
export function authentication(driver: Driver, settings: MysqlSettings, isEncrypted: boolean): ConnectionOptions {
  const { password, serverPublicKey, getsServerPublicKey, enablesCleartext, socketPath } = settings;
  if (password === undefined) return {};
  const plugins: Record<string, AuthPlugin> = {};
  if (!isEncrypted && socketPath === undefined && !(getsServerPublicKey && serverPublicKey === undefined))
    for (const name of sha256)
      plugins[name] =
        serverPublicKey === undefined ? careful(driver, name) : driver.authPlugins[name]({ serverPublicKey });
  if (!(isEncrypted && enablesCleartext)) plugins['mysql_clear_password'] = refuseCleartext(isEncrypted);
  return { authPlugins: plugins, enableCleartextPlugin: isEncrypted && enablesCleartext };
}

/** What a server says that knows no quick way, and wants the password itself. */
const fullAuthentication = Buffer.from([4]);

/** The driver's own, as far as no password leaves it: a hash of it may do where the server still knows it. */
function careful(driver: Driver, name: (typeof sha256)[number]): AuthPlugin {
  const refuse = (): never => {
    throw new Problem('the server wants the password, but the connection is not encrypted', {
      hint: `${encrypted}; get-server-public-key=1 trusts any key that the server sends, server-public-key-path=FILE only the one in the file`,
    });
  };
  return (metadata) => {
    const inner = driver.authPlugins[name]({})(metadata);
    return (data) => (name === 'sha256_password' || fullAuthentication.equals(data) ? refuse() : inner(data));
  };
}

function refuseCleartext(isEncrypted: boolean): AuthPlugin {
  return () => () => {
    throw new Problem('the server wants the password in clear text', {
      hint: isEncrypted ? 'enable-cleartext-plugin=1 in the URL sends it over TLS' : encrypted,
    });
  };
}
