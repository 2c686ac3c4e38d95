import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const build = join(root, 'build');

/**
 * Compiles src/, test/ and bench/ into build/, and removes there what has no source any more: a deleted test must not run. False: a
 * step failed and has said why.
 */
export function buildTests() {
  if (!run(join(root, 'scripts', 'generate.mjs'))) return false;
  for (const file of filesBelow(build)) {
    const source = join(root, relative(build, file).replace(/\.js$/, '.ts'));
    if (!existsSync(source)) rmSync(file);
  }
  return run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json'));
}

/**
 * The compiled test files that were asked for: test/x.test.ts and folders, as seen from where we were called; all of
 * them when nothing was.
 */
export function testFiles(asked) {
  const tests = filesBelow(join(build, 'test')).filter((file) => file.endsWith('.test.js'));
  if (asked.length === 0) return tests;
  return asked.flatMap((path) => {
    const compiled = join(build, relative(root, resolve(path))).replace(/\.ts$/, '.js');
    if (!existsSync(compiled)) fail(`no such test: ${path}`);
    if (!statSync(compiled).isDirectory()) return [compiled];
    return tests.filter((file) => file.startsWith(join(compiled, '/')));
  });
}

/** The source of a compiled file, as it is named from the root. */
export function sourceOf(compiled) {
  return relative(build, compiled).replace(/\.js$/, '.ts');
}

/** A mistake of whoever called, or a step that has said itself what is wrong: no stack needed. */
export function fail(message) {
  if (message !== undefined) process.stderr.write(`test: ${message}\n`);
  process.exit(1);
}

function run(program, ...args) {
  return spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name))
    .filter((path) => !statSync(path).isDirectory())
    .toSorted();
}
