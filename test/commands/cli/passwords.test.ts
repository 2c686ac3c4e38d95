import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { pgseq, spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { clean, ends, folder, typedNote } from '../support.ts';

// Runs on every Node: titles of processes.

let strict: Cluster;
before(async () => {
  strict = await startCluster(newest.major, { auth: 'scram' });
});
after(() => strict.remove());

test('a password is asked for: right, wrong and none', async (t) => {
  const place = `127.0.0.1:${strict.port}, database postgres, as postgres`;
  ends(await pgseq(['check', '-q', strict.url('postgres')]), { code: 0, stdout: clean });
  ends(await pgseq(['check', strict.url('postgres', 'postgres', 'hunter2')]), {
    code: 2,
    stderr: `${typedNote}pgseq: cannot connect to ${place}: password authentication failed for user "postgres" (28P01)\n  the password came from the connection argument\n`,
  });
  const bare = `host=127.0.0.1 port=${strict.port} user=postgres dbname=postgres`;
  ends(await pgseq(['check', bare], { env: { PGPASSWORD: 'hunter2' } }), {
    code: 2,
    stderr: `pgseq: cannot connect to ${place}: password authentication failed for user "postgres" (28P01)\n  the password came from PGPASSWORD\n`,
  });
  ends(await pgseq(['check', '-q', bare], { env: { PGPASSWORD: 'secret' } }), { code: 0, stdout: clean });
  const none = await pgseq(['check', bare]);
  assert.deepEqual([none.code, none.stdout], [2, '']);
  assert.match(none.stderr, /: the server asks for a password, but none was given\n {2}set PGPASSWORD, or add a line /);
  const HOME = folder(t, '.pgpass', `127.0.0.1:*:*:postgres:secret\n`);
  chmodSync(join(HOME, '.pgpass'), 0o600);
  ends(await pgseq(['check', '-q', bare], { env: { HOME } }), { code: 0, stdout: clean });
});

test('no output of any command shows a password', async () => {
  const secret = 'S3CR3T';
  await rowsAt(strict.url('postgres'), `create role app superuser login password '${secret}'`);
  const good = strict.url('postgres', 'app', secret);
  const wrong = strict.url('postgres', 'app', `${secret}x`);
  await rowsAt(strict.url('postgres'), 'create table t (id serial); insert into t values (1), (2)');
  const runs = await Promise.all([
    ...[good, wrong, `${good}?bogus=1`, good.replace('5', 'x')].flatMap((url) => [
      pgseq(['check', url, '--show-ok']),
      pgseq(['check', url, '--format', 'json']),
      pgseq(['fix', url, '--dry-run', '--method', 'lock']),
      pgseq(['sql', 'role', url]),
      pgseq(['check'], { env: { DATABASE_URL: url } }),
    ]),
    pgseq(['check', `host=127.0.0.1 port=${strict.port} user=app password=${secret} dbname=nowhere`]),
    pgseq(['check', '-d', good, '-t', 'none']),
    pgseq(['check', '-d', good, '-d', good, '--bogus']),
    pgseq(['check', '-h', '127.0.0.1', '-p', String(strict.port), '-U', 'app'], { env: { PGPASSWORD: `${secret}y` } }),
    pgseq(['check', good, '--output', '/nowhere/at/all']),
    pgseq(['fix', good]),
  ]);
  for (const { stdout, stderr } of runs) assert.doesNotMatch(stdout + stderr, new RegExp(secret));
  assert.ok(runs.some(({ code }) => code === 0 || code === 1));
});

test('the title of the process shows no password', async () => {
  const listener = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  const connected = once(listener, 'connection');
  const { child, result } = spawnPgseq(['check', `postgres://u:hunter2@127.0.0.1:${port}/app`]);
  await connected;
  if (process.platform === 'linux')
    assert.doesNotMatch(readFileSync(`/proc/${child.pid}/cmdline`, 'latin1'), /hunter2/);
  child.kill('SIGTERM');
  assert.equal((await result).code, 143);
  listener.close();
});
