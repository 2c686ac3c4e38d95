import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { type Connection, connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import { errorMessage, fakeServer, type Hello, int32, message, oneRow, scratch, welcome } from './fake-server.ts';

// Runs on every Node: sockets.

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo();
});

/** A listener that is taken down after the test; by default it welcomes everybody. */
async function listener(
  onStartup: (stream: Socket, parameters: Readonly<Record<string, string>>) => void = (stream) =>
    stream.write(welcome()),
  options: Parameters<typeof fakeServer>[1] = {},
): Promise<{ readonly port: number; readonly hellos: Hello[] }> {
  const hellos: Hello[] = [];
  const server = await fakeServer((hello, stream) => {
    hellos.push(hello);
    if (hello.kind === 'tls') stream.write('N');
    else if (hello.kind === 'startup') onStartup(stream, hello.parameters);
    else stream.end();
  }, options);
  cleanup.push(server.close);
  return { port: server.port, hellos };
}

async function open(conninfo: string, options: Parameters<typeof connect>[1] = {}): Promise<Connection> {
  const settings = readConninfo({ conninfo, env: {}, home: '/nowhere', systemUser: 'me', socketDirectories: [] });
  const connection = await connect(settings, options);
  cleanup.push(() => connection.end());
  return connection;
}

async function failure(conninfo: string, options: Parameters<typeof connect>[1] = {}): Promise<string> {
  const error: unknown = await open(conninfo, options).then(
    () => assert.fail('connected'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem, String((error as Error).stack));
  return `${error.message}\n${error.hint ?? ''}`;
}

const asks = {
  cleartext: message('R', int32(3)),
  md5: message('R', int32(5, 1)),
  sasl: (...mechanisms: string[]) =>
    message('R', Buffer.concat([int32(10), Buffer.from(`${mechanisms.join('\0')}\0\0`)])),
  gss: message('R', int32(7)),
};

test('the startup packet says who, where and our name, whatever the environment of the process says', async () => {
  const polluted = {
    PGOPTIONS: '-c geqo=off',
    PGAPPNAME: 'other',
    PGREPLICATION: 'true',
    PGSSLNEGOTIATION: 'direct',
    PGSSLMODE: 'require',
    PGPASSWORD: 'p',
    PGCLIENT_ENCODING: 'LATIN1',
    PGHOST: 'elsewhere',
    PGPORT: '1',
    PGUSER: 'other',
    PGDATABASE: 'other',
  };
  const before = { ...process.env };
  Object.assign(process.env, polluted);
  cleanup.push(() => {
    for (const name of Object.keys(polluted)) delete process.env[name];
    Object.assign(process.env, before);
  });
  const { port, hellos } = await listener();
  const connection = await open(`postgres://u@127.0.0.1:${port}/db`);
  const parameters = { user: 'u', database: 'db', application_name: 'pgseq', client_encoding: 'UTF8' };
  assert.deepEqual(hellos, [{ kind: 'tls' }, { kind: 'startup', parameters }]);
  const { host, user, database, tls } = connection;
  assert.deepEqual([host, connection.port, user, database, tls], ['127.0.0.1', port, 'u', 'db', false]);
});

test('options are sent if the user gave some', async () => {
  const { port, hellos } = await listener();
  await open(`postgres://u@127.0.0.1:${port}/db?sslmode=disable&options=endpoint%3Dep&application_name=`);
  const parameters = { user: 'u', database: 'db', options: 'endpoint=ep', client_encoding: 'UTF8' };
  assert.deepEqual(hellos, [{ kind: 'startup', parameters }]);
});

test('a socket directory', async () => {
  const files = scratch();
  cleanup.push(files.remove);
  const { hellos } = await listener(undefined, { path: files.file('.s.PGSQL.7') });
  const connection = await open(`host=${files.directory} port=7 sslmode=require`);
  assert.equal(connection.host, files.directory);
  assert.equal(hellos.length, 1, 'sockets are never encrypted');
  await connection.cancel();
  assert.deepEqual(hellos[1], { kind: 'cancel', processID: 42, secretKey: 4711 });
});

test('cancel sends the key to the same address and never throws', async () => {
  const { port, hellos } = await listener((stream) => stream.write(welcome(7, -8)));
  const connection = await open(`host=127.0.0.1 port=${port}`);
  await connection.cancel();
  assert.deepEqual(hellos.at(-1), { kind: 'cancel', processID: 7, secretKey: -8 });
  await cleanup[0]?.();
  await connection.cancel();
});

test('the next host is tried where one is not there or is starting up, but not after a refusal', async () => {
  const starting = await listener((stream) => stream.end(errorMessage('57P03', 'the database system is starting up')));
  const refusing = await listener((stream) => stream.end(errorMessage('28P01', 'password authentication failed')));
  const good = await listener();
  const gone = await fakeServer(() => {});
  await gone.close();
  const ports = (...list: number[]) => `host=${list.map(() => '127.0.0.1').join(',')} port=${list.join(',')}`;
  assert.equal((await open(ports(gone.port, starting.port, good.port))).port, good.port);
  assert.match(await failure(ports(refusing.port, good.port)), /password authentication failed \(28P01\)/);
  assert.equal(good.hellos.length, 2, 'the last one must not have been asked again');
  const both = await failure(ports(gone.port, starting.port));
  assert.match(
    both,
    /tried:\n {2}- 127.0.0.1:\d+: nothing listens there.*\n {2}- 127.0.0.1:\d+: the database system is starting up/,
  );
});

test('load_balance_hosts=random reaches all of them', async () => {
  const servers = [await listener(), await listener()];
  const conninfo = `host=127.0.0.1,127.0.0.1 port=${servers.map(({ port }) => port).join(',')} load_balance_hosts=random`;
  const reached = new Set<number>();
  for (let round = 0; round < 40 && reached.size < 2; round++) reached.add((await open(conninfo)).port);
  assert.equal(reached.size, 2);
});

test('target_session_attrs', async () => {
  const answering = (recovery: string, readOnly: string) => (stream: Socket) => {
    stream.on('data', (chunk: Buffer) => {
      if (chunk.includes('pg_is_in_recovery')) stream.write(oneRow(recovery));
      else if (chunk.includes('transaction_read_only')) stream.write(oneRow(readOnly));
    });
    stream.write(welcome());
  };
  const standby = await listener(answering('true', 'on'));
  const primary = await listener(answering('false', 'off'));
  const reach = async (wanted: string, ...servers: { port: number }[]) => {
    const list = servers.map(({ port }) => port);
    const conninfo = `host=${list.map(() => '127.0.0.1').join(',')} port=${list.join(',')} target_session_attrs=${wanted}`;
    return (await open(conninfo)).port;
  };
  assert.equal(await reach('any', standby, primary), standby.port);
  assert.equal(await reach('primary', standby, primary), primary.port);
  assert.equal(await reach('read-write', standby, primary), primary.port);
  assert.equal(await reach('standby', primary, standby), standby.port);
  assert.equal(await reach('read-only', primary, standby), standby.port);
  assert.equal(await reach('prefer-standby', primary, standby), standby.port);
  assert.equal(await reach('prefer-standby', primary), primary.port);
  const text = await failure(`host=127.0.0.1 port=${standby.port} target_session_attrs=read-write`);
  assert.match(text, /sessions there are read-only\ntarget_session_attrs read-write came from/);
});

test('passwords: from the string, from the passfile for each host, or none', async () => {
  const given: string[] = [];
  const queryOptions = (stream: Socket) => {
    stream.once('data', (chunk: Buffer) => {
      given.push(chunk.toString('utf8', 5, chunk.length - 1));
      stream.write(welcome());
    });
    stream.write(asks.cleartext);
  };
  const { port } = await listener(queryOptions);
  const files = scratch();
  cleanup.push(files.remove);
  const passfile = files.file('pgpass');
  writeFileSync(passfile, `other:*:*:*:no\n127.0.0.1:${port}:db:*:from file\n`, { mode: 0o600 });
  await open(`host=127.0.0.1 port=${port} dbname=db password=pw passfile=${passfile}`);
  await open(`host=127.0.0.1 port=${port} dbname=db passfile=${passfile}`);
  assert.deepEqual(given, ['pw', 'from file']);
  writeFileSync(files.file('open'), '*:*:*:*:x\n', { mode: 0o644 });
  const notes: string[] = [];
  const conninfo = `host=127.0.0.1 port=${port} passfile=${files.file('open')}`;
  const text = await failure(conninfo, { onNote: (note) => notes.push(note) });
  assert.match(text, /asks for a password, but none was given\nset PGPASSWORD/);
  assert.match(notes.join(), /others can read it/);
  assert.equal(given.length, 2);
});

test('a wrong password is not repeated, but where it came from is', async () => {
  const { port } = await listener((stream) => {
    stream.once('data', () => stream.end(errorMessage('28P01', 'password authentication failed for user "me"')));
    stream.write(asks.md5);
  });
  const text = await failure(`host=127.0.0.1 port=${port} password=hush`);
  assert.match(
    text,
    /password authentication failed for user "me" \(28P01\)\nthe password came from the connection argument/,
  );
  assert.doesNotMatch(text, /hush/);
});

test('require_auth and channel_binding are kept: nothing is told to a server that asks otherwise', async () => {
  const told: string[] = [];
  const queryOptions = (question: Buffer) =>
    listener((stream) => {
      stream.on('data', (chunk: Buffer) => {
        told.push(chunk.toString('latin1'));
        stream.write(welcome());
      });
      stream.write(question);
    });
  const cases: [Buffer, string, RegExp][] = [
    [asks.cleartext, 'require_auth=scram-sha-256', /wants the method password, which require_auth does not allow/],
    [asks.md5, 'require_auth=!md5', /wants the method md5/],
    [welcome(), 'require_auth=scram-sha-256,md5', /no authentication at all/],
    [welcome(), 'require_auth=!none', /no authentication at all/],
    [asks.cleartext, 'channel_binding=require', /channel binding is required, but the connection is not encrypted/],
    [asks.sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'), 'channel_binding=require', /not encrypted/],
    [welcome(), 'channel_binding=require', /not encrypted/],
    [asks.gss, '', /asks for GSSAPI authentication, which is not supported/],
  ];
  for (const [question, more, expected] of cases) {
    const { port } = await queryOptions(question);
    assert.match(await failure(`host=127.0.0.1 port=${port} password=hush sslmode=allow ${more}`), expected);
  }
  assert.deepEqual(told, []);
  const { port } = await queryOptions(asks.cleartext);
  await open(`host=127.0.0.1 port=${port} password=hush require_auth=password`);
  assert.equal(told.length, 1);
});

test('a server that skips its half of SCRAM is not believed', async () => {
  const { port } = await listener((stream) => {
    stream.once('data', () => stream.write(welcome()));
    stream.write(asks.sasl('SCRAM-SHA-256'));
  });
  assert.match(await failure(`host=127.0.0.1 port=${port} password=p`), /an unfinished SCRAM/);
});

test('what is not PostgreSQL is called so', async () => {
  const web = (stream: Socket) => stream.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  const { port } = await listener(web);
  assert.match(
    await failure(`host=127.0.0.1 port=${port} sslmode=disable`),
    /the server there is not PostgreSQL: answered 0x48/,
  );
  const server = await fakeServer((_, stream) => web(stream));
  cleanup.push(server.close);
  assert.match(
    await failure(`host=127.0.0.1 port=${server.port}`),
    /the server there is not PostgreSQL: answered 0x48 to the TLS/,
  );
});

test('errors before authentication, and connections that just end', async () => {
  const full = await listener((stream) => stream.end(errorMessage('53300', 'sorry, too many clients already')));
  assert.match(
    await failure(`host=127.0.0.1 port=${full.port}`),
    /too many clients already \(53300\)\nall connections/,
  );
  const early = await fakeServer((_, stream) =>
    stream.end(errorMessage('57P03', 'the database system is shutting down')),
  );
  cleanup.push(early.close);
  assert.match(await failure(`host=127.0.0.1 port=${early.port}`), /shutting down \(57P03\)/);
  const silent = await listener((stream) => stream.end());
  assert.match(await failure(`host=127.0.0.1 port=${silent.port}`), /closed the connection/);
  const half = await listener((stream) => stream.end(message('R', int32(0))));
  assert.match(await failure(`host=127.0.0.1 port=${half.port}`), /closed the connection/);
  const wrong = await listener((stream) =>
    stream.end(Buffer.concat([message('R', int32(0)), errorMessage('3D000', 'database "nope" does not exist')])),
  );
  assert.match(
    await failure(`host=127.0.0.1 port=${wrong.port} dbname=nope`),
    /does not exist \(3D000\)\nthe name came from/,
  );
});

test('connect_timeout ends a connection to a server that says nothing, and the next host is tried', async () => {
  const silent = await listener(() => {});
  const good = await listener();
  const started = Date.now();
  const conninfo = `host=127.0.0.1,127.0.0.1 port=${silent.port},${good.port} connect_timeout=1`;
  assert.equal((await open(conninfo)).port, good.port);
  assert.ok(Date.now() - started >= 1900, 'at least two seconds, as libpq');
  assert.match(await failure(`host=127.0.0.1 port=${silent.port} connect_timeout=2`), /: no answer within 2 s\n/);
});

test('a signal ends the attempt at any point with its own reason', async () => {
  const silent = await listener(() => {});
  const reason = new Error('interrupted');
  const early = AbortSignal.abort(reason);
  await assert.rejects(open(`host=127.0.0.1 port=${silent.port}`, { signal: early }), reason);
  const later = new AbortController();
  setTimeout(() => later.abort(reason), 50);
  await assert.rejects(open(`host=127.0.0.1 port=${silent.port}`, { signal: later.signal }), reason);
});

test('a connection that breaks later rejects its query and does not end the process', async () => {
  let stream: Socket | undefined;
  const { port } = await listener((opened) => {
    stream = opened;
    opened.write(welcome());
  });
  const connection = await open(`host=127.0.0.1 port=${port}`);
  const query = connection.client.query('select 1');
  stream?.destroy();
  await assert.rejects(query, /terminated|ECONNRESET/);
  await connection.end();
});

test('ended twice, a connection waits for nothing more', async () => {
  // A server that never hangs up
  const { port } = await listener((stream) => void stream.write(welcome()));
  const connection = await open(`host=127.0.0.1 port=${port}`);
  await connection.end();
  const again = connection.end().then(() => 'ended');
  assert.equal(await Promise.race([again, new Promise((resolve) => setImmediate(resolve, 'still waiting'))]), 'ended');
});
