import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './build.mjs';

/** Ten minutes: for a file, so it must hold all of a file's tests on all majors. */
const timeout = 600_000;

/**
 * Starts `node --test` over compiled files; with `signal`, the way to end it early, and `counts`, which resolves to the
 * closing counts (`tests`, `pass`, `fail`, `cancelled`, `skipped`, `todo`), or to null when the runner did not get there.
 */
export function runTests(node, files, patterns, variables) {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-counts-'));
  const file = join(directory, 'counts.json');
  const args = [
    '--import',
    new URL('leash.mjs', import.meta.url).href,
    '--test',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    `--test-timeout=${timeout}`,
    ...patterns.map((pattern) => `--test-name-pattern=${pattern}`),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${new URL('counts.mjs', import.meta.url).href}`,
    `--test-reporter-destination=${file}`,
    ...files,
  ];
  // The variable is set where a test runs the launcher: a runner that finds it believes to be a test itself.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const child = spawn(node, args, {
    cwd: root,
    env: { ...environment, ...variables },
    // A process group of its own, so that ending it reaches the tests and what they started.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  async function counts() {
    try {
      await once(child, 'exit');
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return null;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return {
    counts: counts(),
    signal(name) {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
    },
  };
}
