import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { type ConnectionSettings, type HostSettings, socketPath, usesTcp } from '../conninfo/index.ts';

/** Where exactly a socket leads: an IP address and a port, or the path of a Unix-domain socket. */
export type Address = { readonly address: string; readonly port: number } | { readonly path: string };

/** Any stream that bytes can be read from one by one. */
export type ByteStream = Pick<Socket, 'read' | 'on' | 'off' | 'readableLength' | 'destroyed'>;

/** The other side closed the connection while an answer was awaited. */
class ClosedError extends Error {
  override readonly name = 'ClosedError';
  readonly code = 'closed';
}

/**
 * All addresses of a host in the order the system gives them, as libpq tries them. Node's own racing of addresses is
 * not used: it gives each only 250 ms, so that a server far away is never reached, and one cannot say afterwards
 * which address it was.
 *
 * @throws the error of `getaddrinfo` (ENOTFOUND, EAI_AGAIN)
 */
export async function addressesOf(host: HostSettings): Promise<Address[]> {
  if (!usesTcp(host)) return [{ path: socketPath(host) }];
  if (host.hostaddr !== undefined) return [{ address: host.hostaddr, port: host.port }];
  const found = await lookup(host.host, { all: true, verbatim: true });
  return found.map(({ address }) => ({ address, port: host.port }));
}

/** Opens a socket; rejects with the error of the operating system. `onSocket` gets it before it is connected. */
export function openSocket(
  address: Address,
  settings: Pick<ConnectionSettings, 'keepalives' | 'keepalivesIdle'>,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      'path' in address ? connect({ path: address.path }) : connect({ host: address.address, port: address.port });
    onSocket(socket);
    socket.once('error', reject);
    socket.once('close', () => reject(new ClosedError('the socket was closed')));
    socket.once('connect', () => {
      socket.off('error', reject);
      if (!('path' in address)) {
        socket.setNoDelay(true);
        if (settings.keepalives) socket.setKeepAlive(true, settings.keepalivesIdle);
      }
      resolve(socket);
    });
  });
}

/**
 * Reads exactly `count` bytes and leaves the rest in the stream.
 *
 * @throws ClosedError if the stream ends before; the stream's own error if it fails
 */
export function readBytes(stream: ByteStream, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const onReadable = () => {
      const bytes = stream.read(count) as Buffer | null;
      // At the end of a stream read() returns what is left, even if that is less.
      if (bytes && bytes.length >= count) finish(() => resolve(bytes));
      else if (bytes) onEnd();
    };
    const onEnd = () => finish(() => reject(new ClosedError('the server closed the connection')));
    const onError = (error: Error) => finish(() => reject(error));
    const finish = (settle: () => void) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      settle();
    };
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
    if (stream.destroyed) onEnd();
    else onReadable();
  });
}
