// Builds dist: declarations by the compiler, and the program in a few files instead of a hundred small ones, because opening
// those takes longer than a check of a small database. Dependencies stay outside.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Each is an entry point of the package. */
const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const adapters = Object.values(exports).flatMap(({ default: file }) =>
  file?.startsWith('./dist/adapters/') ? [file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')] : [],
);

/** Runs a Node script of this repository; a failure ends the build. */
function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('scripts/generate.mjs');
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await build({
  absWorkingDir: root,
  entryPoints: ['src/index.ts', 'src/cli/main.ts', ...adapters],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  minifyWhitespace: true,
  minifySyntax: true,
  chunkNames: 'chunks/[name]-[hash]',
  // For the names and lines of a stack; the sources themselves would double the package
  sourcemap: 'linked',
  sourcesContent: false,
});
