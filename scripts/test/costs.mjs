import { existsSync, readFileSync } from 'node:fs';
import { sourceOf } from './build.mjs';
import { cpuSeconds } from './cpu.mjs';

/** The cost of every test process so far, as it wrote it at its end: `file`, `cpu` and `wall` in seconds, the slowest first. */
export function readCosts(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((cost) => ({ ...cost, file: sourceOf(cost.file) }))
    .toSorted((a, b) => b.wall - a.wall);
}

/** Measures the stages of a run. */
export class Stages {
  #rows = [];

  /** Runs a stage. What its children have used counts once they have ended. */
  async run(name, work) {
    const [cpu, wall] = [cpuSeconds(), performance.now()];
    try {
      return await work();
    } finally {
      this.#rows.push({ name, cpu: cpuSeconds() - cpu, wall: (performance.now() - wall) / 1000 });
    }
  }

  /** The ten slowest files and every stage, as text. */
  table(costs) {
    const row = ({ wall, cpu }, name) => `${wall.toFixed(1).padStart(8)} s ${cpu.toFixed(1).padStart(8)} s  ${name}\n`;
    const sum = (what) => this.#rows.reduce((all, one) => all + one[what], 0);
    return [
      '\n      wall        CPU  the ten slowest files (without the servers)\n',
      ...costs.slice(0, 10).map((cost) => row(cost, cost.file)),
      '      wall        CPU  stages (with the servers)\n',
      ...this.#rows.map((one) => row(one, one.name)),
      row({ wall: sum('wall'), cpu: sum('cpu') }, 'all'),
    ].join('');
  }
}

/** The commands that run each failed test alone, as text. `groups`: what a process was to run that has failed as a whole. */
export function runAlone(failed, groups) {
  const quoted = (name) => `'${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "'\\''")}'`;
  const commands = failed.map(({ file, name }) =>
    groups.has(name)
      ? `  npm test -- ${groups.get(name).map(sourceOf).join(' ')}\n`
      : `  npm test -- ${file} --test-name-pattern ${quoted(name)}\n`,
  );
  return commands.length === 0 ? '' : `\nEach failed test alone:\n${[...new Set(commands)].join('')}`;
}
