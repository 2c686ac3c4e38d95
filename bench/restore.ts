import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientsFor } from '../test/support/clients.ts';
import { startCluster } from '../test/support/cluster.ts';
import { fromRoot } from '../test/support/root.ts';
import { rowsAt } from '../test/support/session.ts';
import { machine } from './measure.ts';

// What `pgseq restore` costs beside bare pg_restore: npm run bench -- restore, and with a number, so many million rows.

const millions = Number(process.argv[2] ?? 20);
const rounds = 2;
const clients = clientsFor(18);
if (clients === undefined) throw new Error('the client programs of 18 are not installed: test/clients/install');
const folder = mkdtempSync(join(tmpdir(), 'pgseq-bench-'));
const archive = join(folder, 'dump');
const cluster = await startCluster(18, { settings: { shared_buffers: '128MB', autovacuum: 'off' } }); // a vacuum would meet one and not the other
try {
  machine(cluster);
  await makeDatabase();
  const source = cluster.url('source');
  clients.run('pg_dump', ['--format=custom', '--compress=1', '--dbname', source, '--file', archive]);
  await rowsAt(cluster.url('postgres'), 'drop database source');
  console.log(
    `${millions} million rows with four indexes, ${Math.round(statSync(archive).size / 2 ** 20)} MiB of archive\n`,
  );
  console.log('                        whole   CPU, all   of the server   of the programs');
  const programs = {
    pg_restore: (url: string) => [join(clients.binDir, 'pg_restore'), '--dbname', url, archive],
    'pgseq restore': (url: string) => [
      process.execPath,
      fromRoot('dist', 'cli', 'main.js'),
      'restore',
      '-q',
      '--bin-dir',
      clients.binDir,
      archive,
      url,
    ],
  };
  const all: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, command] of Object.entries(programs)) {
      await rowsAt(cluster.url('postgres'), 'drop database if exists target');
      await rowsAt(cluster.url('postgres'), 'create database target template template0');
      await rowsAt(cluster.url('postgres'), 'checkpoint');
      const { seconds, server, client } = await measured(command(cluster.url('target')));
      (all[name] ??= []).push(server + client);
      const shown = [seconds, server + client, server, client].map((one) => `${one.toFixed(1)} s`.padStart(12));
      console.log(`${name.padEnd(18)}${shown.join('')}`);
    }
  const [bare = 0, ours = 0] = Object.values(all).map((times) => Math.min(...times));
  console.log(
    `\npgseq restore takes ${(ours / bare).toFixed(3)} × the CPU of pg_restore, by the best of ${rounds} rounds`,
  );
} finally {
  await cluster.remove();
  rmSync(folder, { recursive: true });
}

async function makeDatabase(): Promise<void> {
  await rowsAt(cluster.url('postgres'), 'create database source template template0');
  await rowsAt(
    cluster.url('source'),
    `create table events (id bigserial primary key, at timestamptz, kind int, text text);
     insert into events (at, kind, text)
       select timestamptz '2026-01-01' + n * interval '1 second', n % 1000, md5(n::text) from generate_series(1, ${millions} * 1000000) n;
     create index on events (at); create index on events (kind, at); create index on events (text)`,
  );
}

/** How long a command took, and the CPU time of it with what it started, and of the server, whose sessions are its children. */
async function measured(command: readonly string[]): Promise<{ seconds: number; server: number; client: number }> {
  const before = serverSeconds();
  const begun = performance.now();
  const [program = '', ...args] = command;
  // The shell tells the times of its children, theirs included
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', '"$@" >/dev/null; code=$?; times; exit $code', 'sh', program, ...args],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - begun) / 1000;
  const [, children = ''] = stdout.trim().split('\n');
  const client = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  await sleep(1000); // until the postmaster has heard of the end of its last session
  return { seconds, server: serverSeconds() - before, client };
}

/** User and system time of the postmaster and of its children that have ended, in seconds. */
function serverSeconds(): number {
  const pid = readFileSync(join(cluster.socketDirectory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0];
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticksPerSecond = 100;
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}
