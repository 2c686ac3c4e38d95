// Loaded into every test process before its file: says at its end what it cost, to the file that the launcher reads.
import { appendFileSync } from 'node:fs';
import { cpuSeconds } from './cpu.mjs';

const { PGSEQ_TEST_COSTS: costs } = process.env;
const [, file = ''] = process.argv;
if (costs !== undefined && file.endsWith('.test.js')) {
  process.on('exit', (code) => {
    const line = { file, cpu: cpuSeconds(), wall: process.uptime(), failed: code !== 0 };
    appendFileSync(costs, `${JSON.stringify(line)}\n`);
  });
}
