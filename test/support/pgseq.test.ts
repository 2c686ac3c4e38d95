import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pgseq, spawnPgseq, startPgseq } from './pgseq.ts';
import { newest } from './servers.ts';

// Runs on every Node: the start of the program.

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

test('in this process and in one of its own it prints the same and ends the same', async () => {
  for (const args of [['--version'], ['check', '--help'], ['chekc'], ['check', 'postgres://127.0.0.1:1/app']]) {
    const { code, stdout, stderr } = await spawnPgseq(args).result;
    assert.deepEqual({ code, signal: null, stdout, stderr }, await pgseq(args));
  }
});

test('a run that ends without what was waited for is an error, and one that was killed says by what', async () => {
  for (const start of [startPgseq, spawnPgseq]) {
    await assert.rejects(start(['--version']).output(/never/), /ended without/);
    await start(['--version']).output(/\d/);
  }
  const run = spawnPgseq(['--version']);
  run.child.kill('SIGKILL');
  assert.equal((await run.result).signal, 'SIGKILL');
});
