import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './build.mjs';

/** For one file, so it must hold all of a file's tests on all majors. */
const twentyMinutes = 1_200_000;

/**
 * A test file runs for a second or two: collecting garbage with several threads, and optimising what has run for a moment, cost it more
 * CPU than they save.
 */
const thrifty = ['--single-threaded-gc', '--interrupt-budget=1000000'];

/**
 * Starts `node --test` over groups of compiled files. Returns `signal`, the way to end it early, and `outcome`, which resolves to
 * `counts` (`tests`, `pass`, `fail`, `cancelled`, `skipped`, `todo`) and the `failed` tests, or to null when it did not get there.
 */
export function runTests(node, files, patterns, variables) {
  const args = [
    ...thrifty.filter((flag) => isTaken(node, flag)),
    `--import=${new URL('account.mjs', import.meta.url).href}`,
    '--test',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    `--test-timeout=${twentyMinutes}`,
    ...patterns.map((pattern) => `--test-name-pattern=${pattern}`),
    // What tells which file tests are from is no test, and runs whatever was asked for
    ...(patterns.length > 0 ? ['--test-name-pattern=\\.test\\.ts$'] : []),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${new URL('line.mjs', import.meta.url).href}`,
    '--test-reporter-destination=stdout',
    ...files,
  ];
  const child = spawn(node, args, {
    cwd: root,
    env: { ...plainEnvironment(), PATH: pathWithPrograms(), ...variables },
    // A process group of its own: a signal to it reaches the tests and what they have started.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let received = null;
  child.on('message', (message) => {
    received = message;
  });
  return {
    outcome: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve(received));
    }),
    signal(name) {
      const { pid, exitCode, signalCode } = child;
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
    },
  };
}

/**
 * Ours without what would reach the program under test, which runs in the test's process: a connection of whoever runs the tests. And
 * without the variable by which a runner believes to be a test file itself, because tests of the launcher run it in a test.
 */
function plainEnvironment() {
  const foreign = /^(?:PG(?!SEQ_)|DATABASE_URL$|POSTGRES_|NODE_TEST_CONTEXT$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/**
 * Debian's /usr/bin/psql is a Perl script that looks for the newest one, which costs four times as much as psql itself: ours leads to the
 * newest at once.
 */
function pathWithPrograms() {
  const debian = '/usr/lib/postgresql';
  const majors = existsSync(debian)
    ? readdirSync(debian).filter((name) => existsSync(join(debian, name, 'bin', 'psql')))
    : [];
  const newest = majors.toSorted((a, b) => Number(b) - Number(a))[0];
  return [...(newest === undefined ? [] : [join(debian, newest, 'bin')]), process.env.PATH].join(delimiter);
}

/** Flags of V8 come and go. */
function isTaken(node, flag) {
  return spawnSync(node, [flag, '--eval', ''], { stdio: 'ignore' }).status === 0;
}
