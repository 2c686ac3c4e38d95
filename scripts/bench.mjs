// Builds the program and the bench, and runs it: npm run bench, npm run bench -- race. The first needs psql on the PATH.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../', import.meta.url));
const [name = 'main', ...rest] = process.argv.slice(2);
const steps = [
  ['scripts/build.mjs'],
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  [`build/bench/${name}.js`, ...rest],
];
for (const args of steps) {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
