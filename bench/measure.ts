import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Cluster } from '../test/support/cluster.ts';
import { fromRoot } from '../test/support/root.ts';

/** One run of a whole process. */
export interface Run {
  readonly milliseconds: number;
  /** Peak resident memory in MiB, for Node processes. */
  readonly memory: number | null;
}

/** Says what is measured on. */
export function machine(cluster: Cluster): void {
  const commit = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: fromRoot(), encoding: 'utf8' });
  console.log(
    `Commit ${commit.stdout.trim()}, Node ${process.versions.node}, PostgreSQL ${cluster.name}, ` +
      `${availableParallelism()} × ${cpus()[0]?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`,
  );
}

/** Runs a command to its end; one that fails with another code than 0 or 1 ends the bench. */
function once(command: readonly string[]): Run {
  const [program = '', ...args] = command;
  const begun = performance.now();
  const { status, stderr, output } = spawnSync(program, args, {
    cwd: fromRoot(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 30,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const milliseconds = performance.now() - begun;
  if (status !== 0 && status !== 1) throw new Error(`${command.join(' ')} exits ${status}: ${stderr}`);
  const memory = Number(output[3] ?? '');
  return { milliseconds, memory: memory > 0 ? memory / 1024 : null };
}

/** The commands in turn, so that what the machine does meanwhile hits all of them; a round before warms up and is left out. */
export function inTurn<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  { rounds, warmUp = true }: { readonly rounds: number; readonly warmUp?: boolean },
): Record<Name, Run[]> {
  const names = Object.keys(commands) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>;
  for (let round = warmUp ? 0 : 1; round <= rounds; round++)
    for (const name of names) {
      const run = once(commands[name]);
      if (round > 0) runs[name].push(run);
    }
  return runs;
}

/** The median of some times, and the range it stands in. */
export function told(milliseconds: readonly number[]): { median: number; text: string } {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { median, text: `${median.toFixed(0)} ms (${sorted[0]?.toFixed(0)}–${sorted.at(-1)?.toFixed(0)})` };
}

const medianOf = (runs: readonly Run[]): number => told(runs.map(({ milliseconds }) => milliseconds)).median;

/** How many times as long some runs took as others, by their medians. */
export function ratio(runs: readonly Run[], others: readonly Run[], name: string): string {
  return `${(medianOf(runs) / medianOf(others)).toFixed(2)} × ${name}`;
}

/** Prints a line of results. */
export function show(name: string, runs: readonly Run[], ...more: readonly string[]): void {
  const memory = runs.flatMap((run) => (run.memory === null ? [] : [run.memory]));
  const peak = memory.length === 0 ? [] : [`${Math.max(...memory).toFixed(0)} MiB at most`];
  console.log(
    `${name.padEnd(26)}${[told(runs.map(({ milliseconds }) => milliseconds)).text, ...peak, ...more].join(', ')}`,
  );
}

/** The built program, told to say how much memory it took. */
export function pgseq(...args: string[]): string[] {
  return [process.execPath, '--require', fromRoot('bench', 'memory.cjs'), fromRoot('dist', 'cli', 'main.js'), ...args];
}

/** One of the scripts in this folder, run by psql. */
export function psql(url: string, file: string): string[] {
  return ['psql', '-qX', '-d', url, '-f', fromRoot('bench', file)];
}
