import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { importFile } from '../../../src/import/sources/import-file.ts';
import { databaseTest } from '../../support/database.ts';
import { pgseq, startPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

const directory = mkdtempSync(join(tmpdir(), 'pgseq-limits-'));
after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

const many = `id,x\n${Array.from({ length: 100_000 }, (_, i) => `${i + 1},a row of some length`).join('\n')}\n`;

interface Stall {
  readonly port: number;
  readonly stalled: Promise<void>;
  close(): void;
}

/** Between client and server: forwards nothing more of the first connection that has sent so much, and leaves it open. */
async function stallAfter(bytes: number, to: { host: string; port: number }): Promise<Stall> {
  const sockets: Socket[] = [];
  let stall = (): void => {};
  const stalled = new Promise<void>((resolve) => (stall = resolve));
  let isDone = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect(to);
    sockets.push(
      client.on('error', () => {}),
      upstream.on('error', () => {}),
    );
    let sent = 0;
    let isDead = false;
    client.on('data', (chunk) => {
      if (isDead) return;
      sent += chunk.length;
      if (!isDone && sent > bytes) {
        [isDone, isDead] = [true, true];
        client.pause();
        return stall();
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isDead ? undefined : client.write(chunk)));
    client.on('end', () => (isDead ? undefined : upstream.end()));
    upstream.on('end', () => (isDead ? undefined : client.end()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stalled,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

databaseTest(
  'a signal, or --timeout, ends an import whose network stalled, and its session on the server',
  newest,
  'create table i (id bigserial primary key, x text)',
  async (db, t) => {
    writeFileSync(at('i.csv'), many);
    const cases = [
      { args: [], code: 130, said: /interrupted/ },
      { args: ['--timeout', '2s'], code: 2, said: /timed out after 2s \(--timeout\)/ },
    ];
    for (const { args, code, said } of cases) {
      const { host, port } = db.server;
      const stall = await stallAfter(500_000, { host, port });
      t.after(() => stall.close());
      const url = new URL(db.url);
      url.host = `127.0.0.1:${stall.port}`;
      const run = startPgseq(['import', at('i.csv'), '--table', 'i', '--to', url.href, ...args]);
      await stall.stalled;
      if (args.length === 0) run.signal('SIGINT');
      const result = await run.result;
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, said);
      const open = `select count(*) from pg_stat_activity where datname = current_database() and query like 'copy %'`;
      while ((await db.query(open))[0]?.[0] !== '0');
      assert.deepEqual(await db.query('select count(*) from i'), [['0']]);
    }
  },
);

databaseTest(
  'a full disk under --rejects is named, and not the source',
  newest,
  'create table t (id integer)',
  async (db) => {
    writeFileSync(at('t.csv'), 'id\n1\nx\n');
    const { code, stderr } = await pgseq([
      'import',
      at('t.csv'),
      '--table',
      't',
      '--to',
      db.url,
      '--rejects',
      '/dev/full',
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /^pgseq: --rejects \/dev\/full: .*ENOSPC/m);
    assert.doesNotMatch(stderr, /t\.csv/);
    assert.deepEqual(await db.query('select * from t'), []);
  },
);

test('pipes, devices and folders in the place of files are refused before they are read', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  mkdirSync(at('folder'));
  for (const path of [at('pipe'), '/dev/zero', at('folder')])
    for (const args of [
      ['import', path, '--to', 'dbname=x'],
      ['import', `sqlite:${path}`, '--to', 'dbname=x'],
      ['check', '--env-file', path],
      ['check', '--config', path],
      ['check', '--baseline', path, '-d', 'x'],
      ['restore', path, '-d', 'x'],
      ['restore', '--inspect', path],
    ]) {
      const { code, stderr } = await pgseq(args);
      assert.equal(code, 2, args.join(' '));
      assert.ok(stderr.includes(path), `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, /no file|not a file|director|neither a file|folder/, args.join(' '));
    }
});

/** A value that is too long, in little: whoever writes it need not be rich. */
const long = 'x'.repeat(65 * 1024 * 1024);

test('what is held as a whole has a limit, and an error with its place', async () => {
  const cases: [string, string, RegExp][] = [
    ['a.ndjson.gz', `{"id":1}\n{"id":2,"name":"${long}"}\n`, /a\.ndjson\.gz, line 2: an element is longer than 64 MB/],
    ['a.json.gz', `[{"id":1},\n{"id":2,"name":"${long}"}]`, /a\.json\.gz, line 2: an element is longer than 64 MB/],
    ['b.json.gz', `{"${long}":[]}`, /b\.json\.gz, line 1: .* is longer than 64 MB/],
  ];
  for (const [name, content, expected] of cases) {
    writeFileSync(at(name), gzipSync(content, { level: 1 }));
    const { code, stderr } = await pgseq(['import', at(name), '--table', 't', '--to', 'host=127.0.0.1 port=1']);
    assert.deepEqual([code, stderr.match(expected)?.index !== undefined], [2, true], `${name}: ${stderr}`);
  }
  writeFileSync(
    at('a.sql.gz'),
    gzipSync(`create table z (t text);\ninsert into z values\n('${long}'\n);`, { level: 1 }),
  );
  const { code, stderr } = await pgseq(['restore', '--inspect', at('a.sql.gz')]);
  assert.equal(code, 2);
  assert.match(stderr, /a\.sql\.gz, line 3 is longer than 64 MB/);
  const pieces = `insert into z values\n${`('${'y'.repeat(1024)}'),\n`.repeat(65 * 1024)}('z');`;
  writeFileSync(at('b.sql.gz'), gzipSync(pieces, { level: 1 }));
  const other = await pgseq(['restore', '--inspect', at('b.sql.gz')]);
  assert.match(other.stderr, /b\.sql\.gz, line 1: a statement is longer than 64 MB/);
});

databaseTest(
  '--max-element raises what one element may have, and lowers it',
  newest,
  'create table t (id integer, name text)',
  async (db) => {
    const size = 65 * 1024 * 1024;
    writeFileSync(at('big.ndjson.gz'), gzipSync(`{"id":1,"name":"${long}"}\n`, { level: 1 }));
    const load = ['import', at('big.ndjson.gz'), '--table', 't', '--to', db.url];
    const refused = await pgseq([...load, '--max-element', '8MB']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /line 1: an element is longer than 8 MB\n.*--max-element raises it/);
    const loaded = await pgseq([...load, '--max-element', '66MB']);
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.deepEqual(await db.query('select octet_length(name) from t'), [[String(size)]]);
    for (const wrong of ['66', '0MB', '501MB', 'MB', '66mb', '1e3MB']) {
      const { code, stderr } = await pgseq([...load, '--max-element', wrong]);
      assert.equal(code, 2);
      assert.match(stderr, /--max-element .*: (?:not a size|must be from 1MB to 500MB)/, wrong);
    }
    await assert.rejects(importFile(db as never, 'x', { maxElement: 1 }), /maxElement 1: must be from 1MB to 500MB/);
  },
);

test('--max-element is for the statements of a script too', async () => {
  writeFileSync(
    at('c.sql.gz'),
    gzipSync(`create table z (t text);\ninsert into z values\n('${long}');\n`, { level: 1 }),
  );
  const raised = await pgseq(['restore', '--inspect', at('c.sql.gz'), '--max-element', '70MB']);
  assert.equal(raised.code, 0, raised.stderr);
  const lowered = await pgseq(['restore', '--inspect', at('c.sql.gz'), '--max-element', '1MB']);
  assert.match(lowered.stderr, /c\.sql\.gz, line 3 is longer than 1 MB/);
});
