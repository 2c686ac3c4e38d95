import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { databaseTest } from '../../support/database.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';

const directory = mkdtempSync(join(tmpdir(), 'pgseq-commit-'));
after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

interface Stall {
  readonly port: number;
  readonly stalled: Promise<void>;
  close(): void;
}

/** Between client and server: from the COMMIT of the load on nothing is answered; `arrives`: it reaches the server. */
async function stallAtCommit(arrives: boolean, to: { host: string; port: number }): Promise<Stall> {
  const sockets: Socket[] = [];
  let stall = (): void => {};
  const stalled = new Promise<void>((resolve) => (stall = resolve));
  let isDone = false;
  const server = createServer((client) => {
    const upstream = connect(to);
    sockets.push(
      client.on('error', () => {}),
      upstream.on('error', () => {}),
    );
    let isDead = false;
    let isLoaded = false;
    client.on('data', (chunk) => {
      if (isDead) return;
      isLoaded ||= chunk.includes('copy "public"."i"');
      if (isLoaded && !isDone && chunk.includes('commit\0')) {
        [isDone, isDead] = [true, true];
        if (arrives) upstream.write(chunk);
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
  'interrupted when the network stalled at COMMIT, an import says truthfully whether its rows are there',
  servers,
  'create table i (id bigserial primary key, x text)',
  async (db, t) => {
    // The moves beside it commit too, on connections of their own
    writeFileSync(at('few.csv'), 'id,x\n1,a\n2,b\n');
    for (const arrives of [false, true]) {
      const { host, port } = db.server;
      const stall = await stallAtCommit(arrives, { host, port });
      t.after(() => stall.close());
      const url = new URL(db.url);
      url.host = `127.0.0.1:${stall.port}`;
      const run = startPgseq(['import', at('few.csv'), '--table', 'i', '--to', url.href]);
      await stall.stalled;
      run.signal('SIGINT');
      const { code, stderr } = await run.result;
      assert.doesNotMatch(stderr, /it is unknown/);
      const [[stored] = []] = await db.query('select count(*) from i');
      assert.equal(stored, arrives ? '2' : '0', stderr);
      assert.equal(/nothing was imported/.test(stderr), !arrives, stderr);
      assert.equal(code, 130, stderr);
    }
  },
);
