import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, type TlsOptions } from 'node:tls';

/** What a client said first. */
export type Hello =
  | { readonly kind: 'tls' | 'gss' }
  | { readonly kind: 'startup'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'cancel'; readonly processID: number; readonly secretKey: number };

const codes: Readonly<Record<number, 'tls' | 'gss'>> = { 80877103: 'tls', 80877104: 'gss' };

/** Reads one packet without a type byte, `undefined` as long as it is not complete. */
function readHello(bytes: Buffer): { readonly hello: Hello; readonly length: number } | undefined {
  if (bytes.length < 8 || bytes.length < bytes.readInt32BE(0)) return undefined;
  const length = bytes.readInt32BE(0);
  const code = bytes.readInt32BE(4);
  const kind = codes[code];
  if (kind) return { hello: { kind }, length };
  if (code === 80877102) {
    return { hello: { kind: 'cancel', processID: bytes.readInt32BE(8), secretKey: bytes.readInt32BE(12) }, length };
  }
  const words = bytes.toString('utf8', 8, length).split('\0');
  const parameters: Record<string, string> = {};
  for (let index = 0; words[index]; index += 2) parameters[words[index] ?? ''] = words[index + 1] ?? '';
  return { hello: { kind: 'startup', parameters }, length };
}

/** A message of the server: a type byte, the length, the body. */
export function message(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

export function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value, index * 4);
  return bytes;
}

export const errorMessage = (code: string, text: string): Buffer =>
  message('E', `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);

/** AuthenticationOk, BackendKeyData, ReadyForQuery: what a server says to somebody it trusts. */
export const welcome = (processID = 42, secretKey = 4711): Buffer =>
  Buffer.concat([message('R', int32(0)), message('K', int32(processID, secretKey)), message('Z', 'I')]);

/** The answer to one query with one row of one text column. */
export function oneRow(value: string): Buffer {
  const column = Buffer.concat([
    Buffer.from('v\0'),
    int32(0),
    Buffer.from([0, 0]),
    int32(25),
    Buffer.from([255, 255]),
    int32(-1),
    Buffer.from([0, 0]),
  ]);
  return Buffer.concat([
    message('T', Buffer.concat([Buffer.from([0, 1]), column])),
    message('D', Buffer.concat([Buffer.from([0, 1]), int32(value.length), Buffer.from(value)])),
    message('C', 'SELECT 1\0'),
    message('Z', 'I'),
  ]);
}

interface FakeOptions {
  readonly host?: string;
  /** Listen on this socket instead of a port. */
  readonly path?: string;
  /** Answer requests for TLS with yes, and go on inside of it. */
  readonly tls?: TlsOptions;
  /** Begin with TLS, without being asked. */
  readonly direct?: boolean;
}

/**
 * A listener that speaks as much of the protocol as a test wants: `onHello` gets every packet without a type byte and
 * the stream to answer on. What follows a startup packet is the test's own business. The port is chosen by the system.
 */
export async function fakeServer(
  onHello: (hello: Hello, stream: Socket) => void,
  options: FakeOptions = {},
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const serve = (stream: Socket): void => {
    stream.on('error', () => {});
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let packet = readHello(bytes); packet; packet = readHello(bytes)) {
        bytes = bytes.subarray(packet.length);
        const { hello } = packet;
        const secured = hello.kind === 'tls' && options.tls !== undefined && !(stream instanceof TLSSocket);
        if (secured || hello.kind === 'startup') stream.off('data', onData);
        if (secured) stream.write('S', () => secure(stream));
        else onHello(hello, stream);
        if (secured || hello.kind === 'startup') return;
      }
    };
    stream.on('data', onData);
  };
  const secure = (socket: Socket): void => serve(new TLSSocket(socket, { ...options.tls, isServer: true }));
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    if (options.direct) secure(socket);
    else serve(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (options.path === undefined) server.listen(0, options.host ?? '127.0.0.1', resolve);
    else server.listen(options.path, resolve);
  });
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** A directory for the files of one test file; `remove` takes it away again. */
export function scratch(): { readonly directory: string; file(name: string): string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-'));
  return {
    directory,
    file: (name) => join(directory, name),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
