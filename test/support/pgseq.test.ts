import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pgseq, spawnPgseq } from './pgseq.ts';
import { newest } from './servers.ts';

test('a run returns the exit code and both streams', async () => {
  const version = await pgseq(['--version']);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.deepEqual({ ...version, stdout: '' }, { code: 0, signal: null, stdout: '', stderr: '' });
  assert.equal((await pgseq(['--no-such-option'])).code, 2);
});

test('variables of whoever runs the tests do not reach the program', async () => {
  process.env['DATABASE_URL'] = 'mistake://';
  try {
    const environment = {
      PGHOST: newest.host,
      PGPORT: String(newest.port),
      PGUSER: 'postgres',
      PGDATABASE: 'postgres',
    };
    assert.equal((await pgseq(['check'], { env: environment })).code, 0);
  } finally {
    delete process.env['DATABASE_URL'];
  }
});

test('a run that hangs is killed, and one that is interrupted says by what', async () => {
  await assert.rejects(pgseq(['--version'], { timeout: 1 }), /hung for 1 ms/);
  const run = spawnPgseq(['--version']);
  run.child.kill('SIGKILL');
  assert.equal((await run.result).signal, 'SIGKILL');
  await assert.rejects(spawnPgseq(['--version']).output(/never/), /ended without/);
  await spawnPgseq(['--version']).output(/\d/);
});
