import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a client said first. */
export type Hello =
  | { readonly kind: 'tls' | 'gss' }
  | { readonly kind: 'startup'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'cancel'; readonly processID: number; readonly secretKey: number };

const codes: Readonly<Record<number, 'tls' | 'gss'>> = { 80877103: 'tls', 80877104: 'gss' };

/** Reads one packet without a type byte, `undefined` as long as it is not complete. */
export function readHello(bytes: Buffer): { readonly hello: Hello; readonly length: number } | undefined {
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

/**
 * A listener that speaks as much of the protocol as a test wants: `onHello` gets every packet without a type byte and
 * writes the answer. Its port is `0`-chosen unless `path` names a socket.
 */
export async function fakeServer(
  onHello: (hello: Hello, socket: Socket, rest: Buffer) => void,
  where: { readonly host?: string; readonly path?: string; readonly port?: number } = {},
): Promise<{ readonly port: number; readonly server: Server; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let packet = readHello(bytes); packet; packet = readHello(bytes)) {
        bytes = bytes.subarray(packet.length);
        if (packet.hello.kind === 'startup') socket.off('data', onData); // what follows has type bytes
        onHello(packet.hello, socket, bytes);
        if (packet.hello.kind === 'startup') return;
      }
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (where.path === undefined) server.listen(where.port ?? 0, where.host ?? '127.0.0.1', resolve);
    else server.listen(where.path, resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
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
