import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Server } from '../../support/server.ts';

/** What becomes of the connection that says something: cut before or after the server has heard it, or silence from then on. */
export type Fault = 'reset before' | 'reset after' | 'silence';

export interface Proxy {
  /** A connection string through the proxy. */
  url(database: string): string;
  /** Whether the fault has happened. */
  readonly happened: boolean;
  close(): Promise<void>;
}

/** Stands between a client and a server, passes everything on, and does the fault when `when` says so of what a client sends. */
export async function startProxy(server: Server, fault: Fault, when: (text: string) => boolean): Promise<Proxy> {
  const sockets: Socket[] = [];
  const state = { happened: false };
  const keep = (socket: Socket): Socket => {
    socket.on('error', () => {});
    sockets.push(socket);
    return socket;
  };
  const listener = createServer((client) => {
    keep(client);
    if (state.happened && fault === 'silence') return; // new ones get no answer either
    const upstream = keep(connect(server.port, server.host));
    upstream.on('data', (data) => client.write(data)).on('close', () => client.end());
    client.on('close', () => upstream.end());
    client.on('data', (data: Buffer) => {
      if (state.happened && fault === 'silence') return;
      const isNow = !state.happened && when(data.toString('latin1'));
      if (isNow) state.happened = true;
      if (!isNow || fault === 'reset after') upstream.write(data);
      if (!isNow) return;
      upstream.removeAllListeners('data').removeAllListeners('close'); // a socket that is being ended cannot be reset
      if (fault === 'silence') return;
      // Without reading what the server answers: that it is done with it, its hanging up tells
      upstream.on('data', () => {}).end();
      if (fault === 'reset before') client.resetAndDestroy();
      else upstream.on('close', () => client.resetAndDestroy());
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    get happened() {
      return state.happened;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
