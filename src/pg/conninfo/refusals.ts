import { accessSync, constants, existsSync } from 'node:fs';
import type { Gathered, Given } from './gather.ts';
import { type HostSettings, usesTcp } from './hosts.ts';
import type { Keyword } from './keywords.ts';

/**
 * Adds what cannot be done to the mistakes, and what has no effect to the notes. A setting that protects somebody
 * is refused when it cannot be honoured; it is never ignored.
 */
export function addRefusals({ given, mistakes, notes }: Gathered, hosts: readonly HostSettings[]): void {
  const get = (keyword: Keyword): Given | undefined => (given.get(keyword)?.value ? given.get(keyword) : undefined);
  const refuse = (keyword: Keyword, why: string, hint?: string) => {
    const from = get(keyword);
    if (from) mistakes.push({ message: `${keyword} (from ${from.origin}) ${why}`, hint });
  };
  const is = (keyword: Keyword, ...values: string[]) => values.includes(get(keyword)?.value.toLowerCase() ?? '\0');

  // Node does not tell who listens on a socket. Over TCP libpq does not look at this setting either.
  if (!hosts.every(usesTcp)) refuse('requirepeer', 'cannot be checked here', 'unset it, or connect over TCP with TLS');
  if (is('gssencmode', 'require')) {
    refuse('gssencmode', 'is "require", but GSSAPI encryption is not supported', 'use TLS: sslmode=verify-full');
  }
  if (is('sslcertmode', 'require')) {
    const why = 'is "require", but whether the server asked for a client certificate cannot be seen here';
    refuse('sslcertmode', why, 'use sslcertmode=allow');
  }
  refuse('scram_client_key', 'is not supported', 'give the password instead');
  refuse('scram_server_key', 'is not supported', 'give the password instead');
  if (is('min_protocol_version', '3.2', 'latest'))
    refuse('min_protocol_version', 'is newer than 3.0, which is spoken here');
  if (get('replication') && !is('replication', 'false', 'off', 'no', '0')) {
    refuse('replication', 'asks for a replication connection, which cannot read tables', 'leave it out');
  }
  const key = get('sslkey')?.value ?? '';
  if (/^[^/\\]+:/.test(key) && !existsSync(key)) {
    refuse('sslkey', 'names a key of an OpenSSL engine, which is not supported', 'give a PEM file');
  }
  for (const keyword of ['sslcrl', 'sslcrldir'] as const) {
    const file = get(keyword)?.value;
    // libpq goes on without the list. Whoever names one wants revoked certificates refused.
    if (file !== undefined && !readable(file)) refuse(keyword, `names ${file}, which cannot be read`);
  }
  if (is('channel_binding', 'require') && (is('sslmode', 'disable') || !hosts.some(usesTcp))) {
    const why = is('sslmode', 'disable') ? `sslmode=disable (from ${get('sslmode')?.origin})` : 'a socket';
    refuse('channel_binding', `is "require", which needs TLS and is impossible with ${why}`);
  }

  const idle = (['keepalives_interval', 'keepalives_count', 'tcp_user_timeout'] as const).filter(get);
  if (idle.length > 0) notes.push(`ignored ${idle.join(', ')}: Node.js cannot set them`);
  const oauth = (['oauth_issuer', 'oauth_client_id', 'oauth_client_secret', 'oauth_scope'] as const).filter(get);
  if (oauth.length > 0) notes.push(`ignored ${oauth.join(', ')}: OAuth is not supported`);
  if (get('sslkeylogfile')) notes.push('ignored sslkeylogfile: no TLS keys are logged here');
  const cert = get('sslcert')?.value;
  if (cert !== undefined && !existsSync(cert)) {
    notes.push(`the client certificate ${cert} (from ${get('sslcert')?.origin}) does not exist; going on without one`);
  }
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
