import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { account } from './account.ts';
import { root } from './root.ts';
import { connectionUri } from './server.ts';
import { rowsAt } from './session.ts';

// Not fast: the launchers start servers.

test('a failed test leaves its database behind, and the output says how to look at it', async () => {
  const run = launch('failing');
  assert.equal(await run.code, 1);
  const { output } = run;
  const [, database = ''] = /databases of PostgreSQL 18: (\S+)/.exec(output()) ?? [];
  const [, start = '', directory = ''] = /^ {2}(.* -D (\S+)\/data start)$/m.exec(output()) ?? [];
  const port = Number(/psql -h \S+ -p (\d+)/.exec(output())?.[1]);
  assert.match(output(), /ℹ fail 1\n(ℹ \w+ \d+\n)*$/);
  try {
    execFileSync('/bin/sh', ['-c', start], { stdio: 'ignore' });
    const uri = connectionUri({ major: 18, host: '127.0.0.1', port, socketDirectory: directory }, database);
    assert.deepEqual(await rowsAt(uri, 'select answer from evidence'), [['42']]);
  } finally {
    execFileSync('/bin/sh', ['-c', start.replace(/start$/, 'stop')], { stdio: 'ignore' });
    rmSync(directory, { recursive: true });
  }
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGKILL', null],
] as const) {
  test(`a launcher that is ended by ${signal} leaves nothing behind`, async () => {
    const run = launch('waiting');
    const found = await run.until(/^waiting (.*)$/m);
    const { pid, port, socketDirectory } = JSON.parse(found) as { pid: number; port: number; socketDirectory: string };
    assert.equal(await answers(port), true);
    run.child.kill(signal);
    assert.equal(await run.code, code);
    await until(async () => !existsSync(socketDirectory) && !isAlive(pid) && !(await answers(port)));
  });
}

// Only root has both: directories that nobody else may enter, and servers that run as somebody else.
if (account !== undefined) {
  test('servers start from a checkout that only root may enter', async () => {
    const checkout = mkdtempSync(join(tmpdir(), 'pgseq-closed-checkout-'));
    const temporary = mkdtempSync(join(tmpdir(), 'pgseq-open-'));
    execFileSync('chmod', ['755', temporary]);
    try {
      for (const copied of ['build', 'scripts', 'package.json']) {
        cpSync(join(root, copied), join(checkout, copied), { recursive: true });
      }
      for (const linked of ['node_modules', 'test']) symlinkSync(join(root, linked), join(checkout, linked));
      const run = launch('passing', checkout, { TMPDIR: temporary });
      assert.equal(await run.code, 0, run.output());
      // The copy of the programs stays for the next run, and nothing else does.
      assert.match(readdirSync(temporary).join(' '), /^pgseq-postgres-18\.\S+$/);
    } finally {
      rmSync(checkout, { recursive: true });
      rmSync(temporary, { recursive: true });
    }
  });
}

function launch(fixture: string, checkout = root, env: NodeJS.ProcessEnv = {}) {
  const args = [join(checkout, 'scripts', 'test.mjs'), '--built', join('test', 'support', 'fixtures', `${fixture}.ts`)];
  const child = spawn(process.execPath, args, { cwd: checkout, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  // Not 'close': after a SIGKILL the tests hold its output for a moment longer.
  const exited = once(child, 'exit') as Promise<[number | null]>;
  async function found(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(output);
      if (match !== null) return match[1] ?? '';
      if (child.exitCode !== null) throw new Error(`the launcher ended without ${pattern}:\n${output}`);
      await sleep(20);
    }
  }
  return { child, code: exited.then(([code]) => code), output: () => output, until: found };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await isSo()); attempt++) {
    if (attempt === 2400) throw new Error('something was left behind');
    await sleep(50);
  }
}
