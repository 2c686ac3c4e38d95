import type { ConnectionSettings, HostSettings } from '../conninfo/index.ts';
import { type Address, openSocket } from './socket.ts';
import { type Encryption, requestTls, startTls, tlsOptions } from './tls.ts';

/** What a CancelRequest needs to know of the connection it is for. */
export interface CancelTarget {
  readonly settings: ConnectionSettings;
  readonly host: HostSettings;
  readonly address: Address;
  readonly encryption: Encryption;
  readonly processID: number;
  readonly secretKey: number;
}

const patience = 10_000;

/**
 * Asks the server to cancel what the connection is doing, on a new socket to the very same address and encrypted in
 * the same way, since the key that is sent is a secret. Resolves when the server has closed that socket: only then
 * has it passed the signal on (a pooler even forgets a request whose socket is closed too early). It never throws: a
 * cancel that does not arrive is no worse than one that comes too late.
 */
export async function sendCancel(target: CancelTarget): Promise<void> {
  let destroy = () => {};
  const timer = setTimeout(() => destroy(), patience).unref();
  try {
    const { settings, host } = target;
    const socket = await openSocket(target.address, settings, (opened) => {
      destroy = () => opened.destroy();
      opened.unref(); // nobody waits for it but the statement that is to end
      opened.on('error', () => {});
    });
    let stream: import('node:net').Socket = socket;
    if (target.encryption === 'tls') {
      if (settings.sslnegotiation !== 'direct' && (await requestTls(socket)) !== 'yes') return;
      stream = await startTls(socket, tlsOptions(settings, host, settings.platform));
      stream.on('error', () => {});
    }
    await new Promise<void>((resolve) => {
      stream.once('close', () => resolve());
      stream.once('end', () => resolve());
      stream.resume();
      stream.write(cancelRequest(target.processID, target.secretKey));
    });
  } catch {
    // see above
  } finally {
    clearTimeout(timer);
    destroy();
  }
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST */
function cancelRequest(processID: number, secretKey: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(80877102, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  return packet;
}
