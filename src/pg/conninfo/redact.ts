const secretKeys = 'password|sslpassword|scram_client_key|scram_server_key|oauth_client_secret|sslkeypassword';

/**
 * A connection string as it may be shown: everything that is or could be a password is replaced by `***`.
 * It rather hides too much: in a URI all from the first `:` after the scheme to the last `@` before the host, because
 * a password with an unencoded `/` or `@` would otherwise show its rest; after a secret keyword without quotes all
 * that follows, because an unquoted password may contain blanks.
 */
export function redact(text: string): string {
  const scheme = /^\s*["']?(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme === undefined) return redactWords(text);
  const rest = text.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  const shown = at >= 0 && colon >= 0 && colon < at ? `${rest.slice(0, colon)}:***${rest.slice(at)}` : rest;
  return scheme + redactWords(shown);
}

function redactWords(text: string): string {
  return text.replace(new RegExp(`(${secretKeys})(\\s*=\\s*).*`, 'is'), '$1$2***');
}
