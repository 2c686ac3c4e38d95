import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import * as pem from './certificates.ts';
import { errorMessage, fakeServer, type Hello, int32, message, scratch, welcome } from './fake-server.ts';

// Runs on every Node: TLS.

const files = scratch();
const servers: { close(): Promise<void> }[] = [];

before(() => {
  const contents = { 'ca.crt': pem.authority, 'empty.crl': pem.emptyRevocations, 'revoked.crl': pem.serverRevoked };
  for (const [name, text] of Object.entries(contents)) writeFileSync(files.file(name), text);
  writeFileSync(files.file('client.crt'), pem.clientCertificate);
  writeFileSync(files.file('client.key'), pem.clientKey, { mode: 0o600 });
  writeFileSync(files.file('open.key'), pem.clientKey, { mode: 0o644 });
});

after(async () => {
  for (const server of servers) await server.close();
  files.remove();
});

const secret = { cert: pem.serverCertificate, key: pem.serverKey } satisfies TlsOptions;

interface Seen {
  readonly port: number;
  readonly hellos: Hello[];
  readonly streams: Socket[];
}

async function listener(
  tls: TlsOptions | undefined = secret,
  onStartup: (stream: Socket) => void = (stream) => stream.write(welcome()),
  direct = false,
): Promise<Seen> {
  const hellos: Hello[] = [];
  const streams: Socket[] = [];
  const server = await fakeServer(
    (hello, stream) => {
      hellos.push(hello);
      if (hello.kind === 'tls') stream.write('N');
      else if (hello.kind === 'cancel') stream.end();
      else {
        streams.push(stream);
        onStartup(stream);
      }
    },
    { ...(tls ? { tls } : {}), direct },
  );
  servers.push(server);
  return { port: server.port, hellos, streams };
}

/** `tls`, `plain`, or why not. */
async function outcome({ port }: Seen, more: string, home = '/nowhere'): Promise<string> {
  try {
    const settings = readConninfo({
      conninfo: `host=localhost hostaddr=127.0.0.1 port=${port} ${more}`,
      env: {},
      home,
    });
    const connection = await connect(settings);
    await connection.cancel();
    await connection.end();
    return connection.tls ? 'tls' : 'plain';
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack));
    return `${error.message}\n${error.hint ?? ''}`;
  }
}

const ca = () => `sslrootcert=${files.file('ca.crt')}`;
const tooOld: TlsOptions = { ...secret, maxVersion: 'TLSv1.2' };

test('a server with TLS, by sslmode', async () => {
  const server = await listener();
  const expected = {
    disable: 'plain',
    allow: 'plain',
    prefer: 'tls',
    require: 'tls',
    [`verify-ca ${ca()}`]: 'tls',
    [`verify-full ${ca()}`]: 'tls',
  };
  for (const [mode, how] of Object.entries(expected)) assert.equal(await outcome(server, `sslmode=${mode}`), how, mode);
});

test('a server without TLS, by sslmode', async () => {
  const server = await listener(null as unknown as undefined);
  for (const mode of ['disable', 'allow', 'prefer'])
    assert.equal(await outcome(server, `sslmode=${mode}`), 'plain', mode);
  for (const mode of ['require', `verify-ca ${ca()}`, `verify-full ${ca()}`]) {
    assert.match(
      await outcome(server, `sslmode=${mode}`),
      /the server has no TLS\nsslmode .* came from the connection argument/,
    );
  }
});

test('prefer falls back when the handshake fails, require does not', async () => {
  const server = await listener(tooOld);
  assert.equal(await outcome(server, 'ssl_min_protocol_version=TLSv1.3'), 'plain');
  assert.match(await outcome(server, 'ssl_min_protocol_version=TLSv1.3 sslmode=require'), /TLS failed: .*ERR_SSL/);
});

test('prefer and allow try the other way when the server refuses, and report the better reason', async () => {
  const byEncryption = (encrypted: Buffer, plain: Buffer) => (stream: Socket) =>
    stream.write(stream instanceof TLSSocket ? encrypted : plain);
  const noEntry = errorMessage('28000', 'no pg_hba.conf entry');
  const onlyPlain = await listener(secret, byEncryption(noEntry, welcome()));
  assert.equal(await outcome(onlyPlain, 'sslmode=prefer'), 'plain');
  assert.match(await outcome(onlyPlain, 'sslmode=require'), /no pg_hba.conf entry/);
  const onlyTls = await listener(secret, byEncryption(welcome(), noEntry));
  assert.equal(await outcome(onlyTls, 'sslmode=allow'), 'tls');
  assert.match(await outcome(onlyTls, 'sslmode=disable'), /no pg_hba.conf entry/);
  const neither = await listener(secret, byEncryption(errorMessage('28P01', 'wrong password'), noEntry));
  assert.match(await outcome(neither, 'sslmode=prefer'), /wrong password/);
});

test('a refusal after authentication is not tried again without TLS', async () => {
  const refusal = Buffer.concat([message('R', int32(0)), errorMessage('3D000', 'no such database')]);
  const server = await listener(secret, (stream) => stream.write(refusal));
  assert.match(await outcome(server, 'sslmode=prefer'), /no such database/);
  assert.equal(server.streams.length, 1);
});

test('the certificate is verified as far as sslmode says', async () => {
  const good = await listener();
  const expired = await listener({ ...secret, cert: pem.expiredCertificate });
  writeFileSync(files.file('other.crt'), pem.clientCertificate);
  const other = `sslrootcert=${files.file('other.crt')}`;
  assert.match(
    await outcome(good, `sslmode=verify-ca ${other}`),
    /its certificate is not trusted: .*\nsslrootcert .* came from/,
  );
  // A root certificate makes require verify the chain, and prefer too, which then falls back.
  assert.match(await outcome(good, `sslmode=require ${other}`), /not trusted/);
  assert.equal(await outcome(good, `sslmode=prefer ${other}`), 'plain');
  assert.match(await outcome(expired, `sslmode=verify-ca ${ca()}`), /has expired/);
  assert.equal(await outcome(expired, 'sslmode=require'), 'tls');
  assert.equal(await outcome(good, `sslmode=verify-ca host=elsewhere ${ca()}`), 'tls');
  assert.match(
    await outcome(good, `sslmode=verify-full host=elsewhere ${ca()}`),
    /its certificate is for other names \(DNS:localhost, DNS:db.example\)\nhost elsewhere came from/,
  );
  assert.equal(await outcome(good, `sslmode=verify-full host=db.example ${ca()}`), 'tls');
});

test('the home directory decides what is verified by default', async () => {
  const home = files.file('home');
  mkdirSync(`${home}/.postgresql`, { recursive: true });
  writeFileSync(`${home}/.postgresql/root.crt`, pem.clientCertificate);
  const server = await listener();
  assert.match(
    await outcome(server, 'sslmode=require', home),
    /not trusted: .*\nit was checked against .*root.crt, because/,
  );
  writeFileSync(`${home}/.postgresql/root.crt`, pem.authority);
  assert.equal(await outcome(server, 'sslmode=verify-full', home), 'tls');
});

test('revocation lists', async () => {
  const server = await listener();
  const check = (list: string) => outcome(server, `sslmode=verify-ca ${ca()} ${list}`);
  assert.equal(await check(`sslcrl=${files.file('empty.crl')}`), 'tls');
  assert.match(await check(`sslcrl=${files.file('revoked.crl')}`), /has been revoked/);
  mkdirSync(files.file('lists'));
  writeFileSync(`${files.file('lists')}/0123abcd.r0`, pem.serverRevoked);
  assert.match(await check(`sslcrldir=${files.file('lists')}`), /has been revoked/);
});

test('client certificates', async () => {
  const names: unknown[] = [];
  const server = await listener(
    { ...secret, ca: pem.authority, requestCert: true, rejectUnauthorized: false },
    (stream) => {
      names.push((stream as TLSSocket).getPeerCertificate().subject?.CN);
      stream.write(welcome());
    },
  );
  const cert = `sslcert=${files.file('client.crt')}`;
  assert.equal(await outcome(server, `sslmode=require ${cert} sslkey=${files.file('client.key')}`), 'tls');
  assert.equal(await outcome(server, 'sslmode=require'), 'tls');
  assert.deepEqual(names, ['app', undefined]);
  assert.match(await outcome(server, `${cert} sslkey=${files.file('open.key')}`), /open to others\ntry: chmod 600/);
  assert.match(
    await outcome(server, `${cert} sslkey=${files.file('none.key')}`),
    /cannot read .*none.key \(sslkey\): ENOENT/,
  );
});

test('the host name is sent, unless that is forbidden or it is an address', async () => {
  const server = await listener();
  await outcome(server, 'sslmode=require');
  await outcome(server, 'sslmode=require sslsni=0');
  await outcome(server, 'sslmode=require host=127.0.0.1');
  assert.deepEqual(
    server.streams.map((stream) => (stream as TLSSocket & { servername: unknown }).servername),
    ['localhost', false, false],
  );
});

test('cancel is encrypted like the connection', async () => {
  const server = await listener();
  assert.equal(await outcome(server, 'sslmode=require'), 'tls');
  assert.deepEqual(server.hellos.at(-1), { kind: 'cancel', processID: 42, secretKey: 4711 });
});

test('direct TLS needs the server to agree on the protocol', async () => {
  const agreeing = await listener({ ...secret, ALPNProtocols: ['postgresql'] }, undefined, true);
  assert.equal(await outcome(agreeing, 'sslmode=require sslnegotiation=direct'), 'tls');
  assert.deepEqual(
    agreeing.hellos.map(({ kind }) => kind),
    ['startup', 'cancel'],
  );
  const silent = await listener(secret, undefined, true);
  assert.match(
    await outcome(silent, 'sslmode=require sslnegotiation=direct'),
    /did not agree on the protocol \(ALPN\)/,
  );
});

test('bytes that somebody put between the answer and the handshake are refused', async () => {
  const server = await fakeServer((_, stream) => stream.write(Buffer.concat([Buffer.from('S'), welcome()])));
  servers.push(server);
  const seen = { port: server.port, hellos: [], streams: [] };
  assert.match(await outcome(seen, 'sslmode=require'), /unencrypted data after the answer/);
});

test('channel_binding=require is kept over TLS', async () => {
  const sasl = (...mechanisms: string[]) =>
    message('R', Buffer.concat([int32(10), Buffer.from(`${mechanisms.join('\0')}\0\0`)]));
  const told: string[] = [];
  const queryOptions = (question: Buffer) =>
    listener(secret, (stream) => {
      stream.on('data', (chunk: Buffer) => told.push(chunk.toString('latin1', 5, 23)));
      stream.write(question);
    });
  const more = 'sslmode=require password=p channel_binding=require connect_timeout=2';
  for (const question of [sasl('SCRAM-SHA-256'), message('R', int32(3)), welcome()]) {
    assert.match(
      await outcome(await queryOptions(question), more),
      /channel binding is required, but the server did not offer it/,
    );
  }
  assert.deepEqual(told, []);
  const plus = await queryOptions(sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'));
  await outcome(plus, more);
  assert.deepEqual(told, ['SCRAM-SHA-256-PLUS']);
});
