import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from './root.ts';

export interface PgseqOptions {
  /** The child sees these variables, `PATH` and an empty `HOME`, and nothing else of ours: no `PG*`, no `CI`. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input, which ends after it. */
  readonly input?: string;
  readonly cwd?: string;
  /** Milliseconds until it is killed and the run counts as hung; 60 s unless told. */
  readonly timeout?: number;
  /** Sends a signal so many milliseconds after the start. */
  readonly signalAfter?: { readonly milliseconds: number; readonly signal: NodeJS.Signals };
}

/** How a run ended: `code` is null when a signal ended it. */
export interface PgseqResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run in progress. */
export interface PgseqProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when it has ended and its output is complete. */
  readonly result: Promise<PgseqResult>;
  /** Resolves as soon as what it has printed so far, on either stream, matches; rejects when it ends without. */
  output(pattern: RegExp): Promise<void>;
}

const program = fromRoot('build', 'src', 'cli', 'main.js');
let emptyHome: string | undefined;

/** Runs `pgseq` with these arguments to its end. Rejects only when it hangs. */
export async function pgseq(args: readonly string[], options: PgseqOptions = {}): Promise<PgseqResult> {
  const run = spawnPgseq(args, options);
  const { child } = run;
  const { timeout = 60_000, signalAfter } = options;
  let hung = false;
  const timers = [
    setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, timeout),
  ];
  if (signalAfter !== undefined) {
    timers.push(setTimeout(() => child.kill(signalAfter.signal), signalAfter.milliseconds));
  }
  try {
    const result = await run.result;
    if (hung) throw new Error(`pgseq ${args.join(' ')} hung for ${timeout} ms:\n${result.stdout}${result.stderr}`);
    return result;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Starts `pgseq` and hands over the process, for tests that interrupt it. */
export function spawnPgseq(args: readonly string[], options: PgseqOptions = {}): PgseqProcess {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? home(),
    env: { PATH: process.env['PATH'], HOME: home(), ...options.env },
  });
  // It may end without having read its input.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
    });
  }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const result = closed.then(([code, signal]) => ({ code, signal, ...output }));
  return {
    child,
    result,
    async output(pattern) {
      let ended = false;
      child.once('close', () => {
        ended = true;
      });
      while (!pattern.test(output.stdout) && !pattern.test(output.stderr)) {
        if (ended) throw new Error(`pgseq ended without ${pattern}:\n${output.stdout}${output.stderr}`);
        await sleep(5);
      }
    },
  };
}

/** Without a `.pgpass`, a service file or a configuration of whoever runs the tests. */
function home(): string {
  if (emptyHome === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'pgseq-home-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    emptyHome = directory;
  }
  return emptyHome;
}
