import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../../support/root.ts';

// Runs on every Node: what its SourceMap makes of a stack.
// The program as it is built, with something in it broken from outside, as a bug would.

/** Runs `dist` behind a module that breaks something, and gives the standard error of what has to end with code 2. */
function broken(module: string, args: readonly string[]): string {
  const preload = `data:text/javascript,${encodeURIComponent(module)}`;
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', preload, fromRoot('dist', 'cli', 'main.js'), ...args],
    { encoding: 'utf8' },
  );
  assert.equal(stdout, '');
  assert.equal(status, 2, stderr);
  return stderr;
}

/** Each place that a stack names exists: its file, its line. */
function assertPlaces(stderr: string): void {
  const places = [...stderr.matchAll(/\bat (?:.* \()?(src\/[\w/-]+\.ts):(\d+):(\d+)\)?$/gm)];
  assert.ok(places.length > 0, stderr);
  for (const [, file = '', line, column] of places) {
    const text = readFileSync(fromRoot(file), 'utf8').split('\n')[Number(line) - 1];
    assert.ok(text !== undefined && text.length >= Number(column) - 1, `${file}:${line}:${column}`);
  }
  assert.doesNotMatch(stderr, /dist\//);
}

test('an unforeseen error: its stack names files of src, and the exit code is 2', () => {
  const stderr = broken("Array.prototype.flatMap = function flatMap() { throw new TypeError('a bug') }", [
    'sql',
    'check',
    '-t',
    'users',
  ]);
  assert.match(stderr, /^pgseq: TypeError: a bug\n/);
  assertPlaces(stderr);
});

test('one that is thrown where nobody waits, and a promise that nobody handles: the same', () => {
  const later = (how: string): string =>
    `process.on('newListener', (name) => { if (name === 'uncaughtException') process.nextTick(() => { ${how} }) })`;
  for (const how of ["throw new TypeError('a bug')", "Promise.reject(new TypeError('a bug'))"]) {
    const stderr = broken(later(how), ['explain', '-']);
    assert.match(stderr, /^pgseq: TypeError: a bug\n {4}at /);
    assert.ok(stderr.length < 2000, stderr);
  }
});

test('every file of dist that is run has its map, which names files of src', () => {
  const files = readdirSync(fromRoot('dist'), { recursive: true, encoding: 'utf8' });
  const scripts = files.filter((file) => file.endsWith('.js'));
  assert.ok(scripts.length > 20);
  for (const file of scripts) {
    const { sources } = JSON.parse(readFileSync(fromRoot('dist', `${file}.map`), 'utf8')) as { sources: string[] };
    for (const source of sources) assert.match(source, /^(?:\.\.\/)+src\/[\w/.-]+\.ts$/, file);
  }
});
