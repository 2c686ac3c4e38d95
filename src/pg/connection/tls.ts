import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import type { HostSettings, TlsSettings } from '../conninfo/index.ts';
import { Problem } from '../../problem.ts';
import { readBytes } from './socket.ts';

/** Whether an attempt speaks TLS, and what happens if it fails. */
export type Encryption = 'plain' | 'tls';

/** The server answered to the request for TLS that it has none. */
export class NoTlsError extends Error {
  override readonly name = 'NoTlsError';
  readonly code = 'no-tls';
}

/** Whatever answered, it does not speak the protocol of PostgreSQL. */
export class NotPostgresError extends Error {
  override readonly name = 'NotPostgresError';
  readonly code = 'not-postgres';
}

// https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const alpn = 'postgresql';

/**
 * Asks the server for TLS.
 *
 * @returns `yes`; `no`; or `error` if the server answered with an error message, which is left in the stream
 * @throws NotPostgresError if the answer is anything else
 */
export async function requestTls(socket: Socket): Promise<'yes' | 'no' | 'error'> {
  socket.write(sslRequest);
  const answer = await readBytes(socket, 1);
  switch (answer.toString('latin1')) {
    case 'S':
      // Bytes that came before the handshake are not encrypted: somebody on the way may have added them (CVE-2021-23222).
      if (socket.readableLength > 0) throw new NotPostgresError('unencrypted data after the answer to the TLS request');
      return 'yes';
    case 'N':
      return 'no';
    case 'E':
      socket.unshift(answer);
      return 'error';
    default:
      throw new NotPostgresError(`answered 0x${answer.toString('hex')} to the TLS request`);
  }
}

/** Makes a TLS connection out of an open socket. @throws the error of the handshake or of the verification */
export function startTls(socket: Socket, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tls.connect({ ...options, socket });
    const closed = () => reject(Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' }));
    secure.once('error', reject).once('close', closed);
    secure.once('secureConnect', () => {
      secure.off('error', reject).off('close', closed);
      // Without ALPN a server that takes direct TLS could be tricked into speaking another protocol.
      if (options.ALPNProtocols && secure.alpnProtocol !== alpn) {
        secure.destroy();
        reject(new NotPostgresError('direct TLS, but the server did not agree on the protocol (ALPN)'));
      } else resolve(secure);
    });
  });
}

/**
 * The options of Node's TLS for libpq's settings (fe-secure-openssl.c, `initialize_SSL`): the chain is verified whenever
 * there is a root certificate, in the weaker modes too; the host name only with verify-full; the host name is sent
 * (SNI) unless it is an address.
 *
 * @throws Problem if a file cannot be read or a key is open to others
 */
export function tlsOptions(settings: TlsSettings, host: HostSettings, platform: string): tls.ConnectionOptions {
  const root = settings.sslrootcert;
  const authorities =
    root === undefined ? undefined : root === 'system' ? systemAuthorities() : read(root, 'sslrootcert');
  return {
    rejectUnauthorized: root !== undefined,
    checkServerIdentity: (_, certificate) =>
      settings.sslmode === 'verify-full' ? tls.checkServerIdentity(host.host, certificate) : undefined,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(root === undefined ? {} : revocationLists(settings)),
    ...clientCertificate(settings, platform),
    ...(settings.sslsni && isIP(host.host) === 0 && !host.host.startsWith('/') ? { servername: host.host } : {}),
    ...(settings.sslMinProtocolVersion === undefined ? {} : { minVersion: settings.sslMinProtocolVersion }),
    ...(settings.sslMaxProtocolVersion === undefined ? {} : { maxVersion: settings.sslMaxProtocolVersion }),
    ...(settings.sslnegotiation === 'direct' ? { ALPNProtocols: [alpn] } : {}),
  };
}

function revocationLists({ sslcrl, sslcrldir }: TlsSettings): tls.ConnectionOptions {
  // OpenSSL looks into such a directory for files named by the hash of the issuer.
  const inDirectory =
    sslcrldir === undefined ? [] : readdirSync(sslcrldir).filter((name) => /^[0-9a-f]{8}\.r\d+$/.test(name));
  const lists = inDirectory.map((name) => read(join(sslcrldir ?? '', name), 'sslcrldir'));
  if (sslcrl !== undefined) lists.push(read(sslcrl, 'sslcrl'));
  return lists.length === 0 ? {} : { crl: lists };
}

function clientCertificate({ sslcert, sslkey, sslpassword }: TlsSettings, platform: string): tls.ConnectionOptions {
  if (sslcert === undefined || sslkey === undefined) return {};
  const key = read(sslkey, 'sslkey');
  if (platform !== 'win32') {
    const { uid, mode } = statSync(sslkey);
    // A key of root may be readable by a group, so that several services can share it.
    if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
      throw new Problem(`the private key ${sslkey} is open to others`, { hint: `try: chmod 600 ${sslkey}` });
    }
  }
  return { cert: read(sslcert, 'sslcert'), key, ...(sslpassword === undefined ? {} : { passphrase: sslpassword }) };
}

function read(file: string, keyword: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(`cannot read ${file} (${keyword}): ${code}`, { code });
  }
}

// Where distributions keep the certificates they trust: Debian, Red Hat, SUSE, Alpine and macOS.
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** What Node has since 22.15. */
interface NewerTls {
  getCACertificates?(type: 'system' | 'extra'): string[];
}

/** What the system trusts; `undefined` leaves it to the certificates built into Node, where that cannot be found. */
function systemAuthorities(): string[] | Buffer | undefined {
  const newer = tls as NewerTls;
  const listed = (type: 'system' | 'extra') => newer.getCACertificates?.(type) ?? [];
  const trusted = [...listed('system'), ...listed('extra')];
  if (trusted.length > 0) return trusted;
  for (const bundle of bundles) {
    try {
      return readFileSync(bundle);
    } catch {
      // not this distribution
    }
  }
  return undefined;
}
