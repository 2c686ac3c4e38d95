import { constants, generateKeyPairSync, privateDecrypt, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a server says that is asked for something; the packets in their order. */
type Answer = readonly Buffer[];

export interface FakeMysql {
  /** How it wants the password; `native` takes anything. */
  readonly method?: 'native' | 'caching_sha2_password' | 'sha256_password' | 'mysql_clear_password';
  /** Whether it first asks for another method, as servers do; otherwise it goes on as if the client had chosen that. */
  readonly switches?: boolean;
  /** Which of two key pairs is its own. */
  readonly key?: 0 | 1;
  /** An error in place of its greeting; the connection stays open. */
  readonly refuses?: boolean;
  /** Answers in place of the ordinary ones; undefined: the ordinary one; null: none. */
  readonly answer?: (sql: string, socket: Socket) => Answer | null | undefined;
}

export interface RunningFake {
  readonly url: string;
  /** The passwords that it was given. */
  readonly passwords: string[];
  readonly key: string;
  /** How many connections are open. */
  readonly open: () => number;
  close(): void;
}

const keys = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 1024 })) as [Pair, Pair];
interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const le = (value: number, width: number): Buffer => {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntLE(value, 0, width);
  return bytes;
};
const short = (text: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
export const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const end = Buffer.from([0xfe, 0, 0, 2, 0]);
export const failed = (message: string): Buffer =>
  Buffer.concat([Buffer.from([0xff]), le(1040, 2), Buffer.from(`#HY000${message}`)]);
const column = (name: string): Buffer =>
  Buffer.concat([
    ...['def', 's', 't', 't', name, name].map(short),
    Buffer.from([0x0c]),
    le(45, 2),
    le(1024, 4),
    Buffer.from([253]),
    le(0, 2),
    Buffer.from([0]),
    le(0, 2),
  ]);
const row = (values: readonly (string | null)[]): Buffer =>
  Buffer.concat(values.map((value) => (value === null ? Buffer.from([0xfb]) : short(value))));
export const rows = (names: string, values: readonly (readonly (string | null)[])[]): Answer => [
  Buffer.from([names.length]),
  ...Array.from(names, column),
  end,
  ...values.map(row),
  end,
];

/** The least of a MySQL server: one table, victim(id, name), and the three rows in it. */
export async function startFakeMysql({
  method = 'native',
  switches = true,
  refuses,
  answer,
  key: which = 0,
}: FakeMysql = {}): Promise<RunningFake> {
  const passwords: string[] = [];
  const { publicKey, privateKey } = keys[which];
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let [sequence, held] = [0, Buffer.alloc(0)];
    const send = (...packets: readonly Buffer[]): void => {
      for (const packet of packets)
        socket.write(Buffer.concat([le(packet.length, 3), le(sequence++ & 255, 1), packet]));
    };
    if (refuses === true) return send(failed('Too many connections'));
    const salt = randomBytes(20).map((byte) => byte || 1);
    const plugin = method === 'native' ? 'mysql_native_password' : method;
    const can =
      0x1 | 0x2 | 0x4 | 0x8 | 0x80 | 0x200 | 0x1000 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x80000 | 0x200000;
    send(
      Buffer.concat([
        Buffer.from([10]),
        Buffer.from('8.0.30\0'),
        le(1, 4),
        salt.subarray(0, 8),
        Buffer.from([0]),
        le(can & 0xffff, 2),
        Buffer.from([45]),
        le(2, 2),
        le(can >>> 16, 2),
        Buffer.from([21]),
        Buffer.alloc(10),
        salt.subarray(8, 20),
        Buffer.from([0]),
        Buffer.from(`${plugin}\0`),
      ]),
    );
    const full = (): void => send(Buffer.from([1, 4]));
    const queryOptions = method === 'caching_sha2_password' ? [full] : [];
    if (switches && method !== 'native')
      queryOptions.unshift(() =>
        send(Buffer.concat([Buffer.from(`\u00fe${plugin}\0`, 'latin1'), salt, Buffer.from([0])])),
      );
    let state: 'auth' | 'queries' = 'auth';
    const authenticate = (packet: Buffer): void => {
      const next = queryOptions.shift();
      if (next !== undefined) return next();
      if (packet.length === 1 && (packet[0] === 2 || packet[0] === 1))
        return send(Buffer.concat([Buffer.from([1]), Buffer.from(pem)]));
      if (packet.length === 128) {
        try {
          const word = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, packet);
          passwords.push(
            Buffer.from(word.map((byte, i) => byte ^ (salt[i % 20] as number)))
              .toString()
              .replace('\0', ''),
          );
        } catch {
          return send(failed('not with my key'));
        }
      } else if (method !== 'native') passwords.push(packet.toString().replace('\0', ''));
      state = 'queries';
      send(ok);
    };
    const query = (sql: string): void => {
      const given = answer?.(sql, socket);
      if (given !== undefined) return send(...(given ?? []));
      if (sql.includes('information_schema.columns'))
        return send(
          ...rows('abcdef', [
            ['victim', 'id', 'int', '10', 'auto_increment', 'PRI'],
            ['victim', 'name', 'text', null, '', ''],
          ]),
        );
      if (sql.includes('information_schema.tables'))
        return send(...rows('abcde', [['victim', 'BASE TABLE', 'InnoDB', '3', '4']]));
      if (sql.startsWith('select max')) return send(...rows('m', [['3']]));
      if (sql.startsWith('select'))
        return send(
          ...rows('in', [
            ['1', 'a'],
            ['2', 'b'],
            ['3', 'c'],
          ]),
        );
      send(ok);
    };
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= 4 + held.readUIntLE(0, 3)) {
        const packet = held.subarray(4, 4 + held.readUIntLE(0, 3));
        sequence = (held[3] as number) + 1;
        held = held.subarray(4 + packet.length);
        if (state === 'auth') authenticate(packet);
        else if (packet[0] === 3) query(packet.subarray(1).toString());
        else if (packet[0] === 1) socket.end();
        else send(ok);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mysql://u:hush@127.0.0.1:${(server.address() as AddressInfo).port}/db`,
    passwords,
    key: pem,
    open: () => sockets.size,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
