import { counted } from '../../text/counted.ts';
import { isIP } from 'node:net';
import { defaultHost } from './defaults.ts';
import type { Gathered } from './gather.ts';

/** One place to try. */
export interface HostSettings {
  /** A host name, an address, or (beginning with `/`) the directory of a Unix-domain socket. */
  readonly host: string;
  /** The address to connect to instead of looking `host` up; `host` then only serves certificates and the passfile. */
  readonly hostaddr: string | undefined;
  readonly port: number;
}

/** True where the connection goes over the network, so that TLS is possible. */
export function usesTcp({ host, hostaddr }: HostSettings): boolean {
  return hostaddr !== undefined || !host.startsWith('/');
}

/** The path of the server's socket in a directory. */
export function socketPath({ host, port }: HostSettings): string {
  return `${host}/.s.PGSQL.${port}`;
}

// sockaddr_un of Linux holds 108 bytes, that of macOS and the BSDs 104, each with a terminating zero.
const longestSocketPath = { linux: 107, other: 103 };

/**
 * The hosts in the order they are written (fe-connect.c, `pqConnectOptions2`): `host`, `hostaddr` and `port` are lists;
 * one port counts for all hosts, otherwise the lists must be equally long; an empty entry takes the default. Mistakes
 * are added to those of `gathered`.
 */
export function readHosts(
  { given, mistakes }: Gathered,
  platform: string,
  socketDirectories: readonly string[] | undefined,
): HostSettings[] {
  const list = (keyword: 'host' | 'hostaddr' | 'port') => given.get(keyword)?.value.split(',') ?? [''];
  const filled = (keyword: 'host' | 'hostaddr') => Boolean(given.get(keyword)?.value);
  const [hosts, addresses, ports] = [list('host'), list('hostaddr'), list('port')];
  const count = filled('hostaddr') ? addresses.length : hosts.length;
  if (filled('host') && hosts.length !== count) {
    const from = (keyword: 'host' | 'hostaddr'): string => `${keyword} (from ${given.get(keyword)?.origin})`;
    mistakes.push({
      message: `${from('host')} names ${hosts.length} and ${from('hostaddr')} ${count}; the numbers must match`,
    });
  }
  if (ports.length !== 1 && ports.length !== count) {
    const origin = given.get('port')?.origin ?? 'default';
    mistakes.push({
      message: `${ports.length} ports (from ${origin}) do not fit ${counted(count, 'host')}`,
    });
  }
  return Array.from({ length: count }, (_, index) => {
    const port = readPort(ports.length === 1 ? ports[0] : ports[index]);
    const hostaddr = (filled('hostaddr') ? addresses[index] : '') || undefined;
    const host = hosts[index] || hostaddr || defaultHost(port, platform, socketDirectories);
    const settings = { host, hostaddr, port };
    checkHost(settings);
    return settings;
  });

  function readPort(text: string | undefined): number {
    const trimmed = text?.trim() || '5432';
    const port = /^\+?\d+$/.test(trimmed) ? Number(trimmed) : 0;
    if (port >= 1 && port <= 65535) return port;
    const where = given.get('port');
    if (where)
      mistakes.push({
        message: `port "${trimmed}" (from ${where.origin}) is not a port`,
        hint: 'a port is a number from 1 to 65535',
      });
    return 5432;
  }

  function checkHost(settings: HostSettings): void {
    const origin = given.get('host')?.origin ?? 'default';
    if (settings.hostaddr !== undefined && isIP(settings.hostaddr) === 0) {
      const where = given.get('hostaddr')?.origin ?? '';
      const hint = 'hostaddr takes numeric addresses; give names as host';
      mistakes.push({ message: `hostaddr "${settings.hostaddr}" (from ${where}) is not an address`, hint });
    }
    if (settings.host.startsWith('@')) {
      // Node fills their names up with zero bytes, by which they become other names
      const hint = 'give the directory of the socket, or a host name';
      mistakes.push({ message: `host "${settings.host}" (from ${origin}): abstract sockets are not supported`, hint });
    }
    const longest = platform === 'linux' ? longestSocketPath.linux : longestSocketPath.other;
    if (!usesTcp(settings) && Buffer.byteLength(socketPath(settings)) > longest) {
      mistakes.push({
        message: `the socket path ${socketPath(settings)} (host from ${origin}) is longer than ${longest} bytes`,
      });
    }
  }
}
