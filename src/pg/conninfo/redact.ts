import { uriScheme } from './recognize.ts';

const secretKeys = 'password|pwd|psw|sslpassword|scram_client_key|scram_server_key|oauth_client_secret';

/**
 * A connection string as it may be shown: everything that is or could be a password is replaced by `***`.
 * It rather hides too much: all from the first `:` after the scheme to the last `@`, because a password with an
 * unencoded `/` or `@` would otherwise show its rest; after a secret keyword all that follows, because an unquoted
 * password may contain blanks.
 */
export function redact(text: string): string {
  const scheme = uriScheme.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  const shown = at >= 0 && colon >= 0 && colon < at ? `${rest.slice(0, colon)}:***${rest.slice(at)}` : rest;
  return scheme + shown.replace(new RegExp(`(${secretKeys})(\\s*=\\s*).*`, 'is'), '$1$2***');
}

/** A text in which no URL shows a password: each word that has two slashes and a user in front of an @. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/([/\\]{2}[^\s/\\:@]*):\S*@/g, '$1:***@');
}
