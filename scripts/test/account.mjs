// Loaded into every test process before its files: says what each has cost, to the file that the launcher reads.
import { appendFileSync } from 'node:fs';
import { cpuSeconds } from './cpu.mjs';

const { PGSEQ_TEST_COSTS: costs } = process.env;
const [, alone = ''] = process.argv;
let [cpu, wall] = [0, 0];

/** Says what this process has used since it began, or since the file before. */
export function accountFor(file) {
  if (costs === undefined) return;
  const now = [cpuSeconds(), process.uptime()];
  appendFileSync(costs, `${JSON.stringify({ file, cpu: now[0] - cpu, wall: now[1] - wall })}\n`);
  [cpu, wall] = now;
}

if (alone.endsWith('.test.js')) process.on('exit', () => accountFor(alone));
