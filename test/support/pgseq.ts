import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import type { Signal } from '../../src/commands/index.ts';
import { fromRoot } from './root.ts';

export interface PgseqOptions {
  /** The program sees these variables, `PATH` and an empty `HOME`, and nothing else of ours: no `PG*`, no `CI`. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input, which ends after it. */
  readonly input?: string;
  readonly cwd?: string;
}

/** How a run ended: `code` is null when a signal ended it. */
export interface PgseqResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run in progress. */
export interface PgseqRun {
  /** Resolves when it has ended and its output is complete. */
  readonly result: Promise<PgseqResult>;
  /** Resolves as soon as what it has printed so far, on either stream, matches; rejects when it ends without. */
  output(pattern: RegExp): Promise<void>;
  /** Sends it a signal, as Ctrl-C and `kill` do. */
  signal(signal: Signal): void;
}

/** A run that is a process of its own. */
export interface PgseqProcess extends PgseqRun {
  readonly child: ChildProcessWithoutNullStreams;
}

const program = fromRoot('build', 'src', 'cli', 'main.js');
/** More than any run takes; one that waits for what never comes ends with the test. */
const hangs = 120_000;
let emptyHome: string | undefined;

/** Runs `pgseq` with these arguments to its end, in this process. Rejects only when it hangs. */
export async function pgseq(args: readonly string[], options: PgseqOptions = {}): Promise<PgseqResult> {
  return await startPgseq(args, options).result;
}

/** Starts `pgseq` in this process: the same function that the program calls, with streams and signals of our own. */
export function startPgseq(args: readonly string[], { env, input, cwd }: PgseqOptions = {}): PgseqRun {
  const printed = new Printed();
  let handle: ((signal: Signal) => void) | undefined;
  const code = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`pgseq ${args.join(' ')} hangs:\n${printed.all}`)), hangs);
    const ended = run(args, {
      env: environment(env),
      cwd: cwd ?? home(),
      stdin: Readable.from(input === undefined ? [] : [Buffer.from(input)]),
      stdout: printed.stream('stdout'),
      stderr: printed.stream('stderr'),
      onSignal(handler) {
        handle = handler;
      },
      exit: resolve,
    });
    void ended.then(resolve, reject).finally(() => clearTimeout(timer));
  });
  const result = code.then((exit) => ({ code: exit, signal: null, ...printed.streams }));
  result.then(
    () => printed.end(),
    () => printed.end(),
  );
  return { result, output: (pattern) => printed.until(pattern), signal: (signal) => handle?.(signal) };
}

/** Starts `pgseq` as a process of its own, for tests whose subject is the process: how it is killed, what it leaves behind. */
export function spawnPgseq(args: readonly string[], { env, input, cwd }: PgseqOptions = {}): PgseqProcess {
  const child = spawn(process.execPath, [program, ...args], { cwd: cwd ?? home(), env: environment(env) });
  // It may end without having read its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const printed = new Printed();
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => printed.add(stream, chunk));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setTimeout(() => child.kill('SIGKILL'), hangs);
  const result = closed.then(([code, signal]) => ({ code, signal, ...printed.streams }));
  void closed.finally(() => {
    clearTimeout(timer);
    printed.end();
  });
  return { child, result, output: (pattern) => printed.until(pattern), signal: (signal) => child.kill(signal) };
}

/** What a run has printed so far, and who waits for more of it. */
class Printed {
  readonly streams = { stdout: '', stderr: '' };
  #waiting: (() => void)[] = [];
  #ended = false;

  get all(): string {
    return this.streams.stdout + this.streams.stderr;
  }

  add(stream: 'stdout' | 'stderr', chunk: string): void {
    this.streams[stream] += chunk;
    this.#wake();
  }

  stream(name: 'stdout' | 'stderr'): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _, done) => {
        this.add(name, chunk.toString());
        done();
      },
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.streams.stdout) && !pattern.test(this.streams.stderr)) {
      if (this.#ended) throw new Error(`pgseq ended without ${pattern}:\n${this.all}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function environment(env: PgseqOptions['env']): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home(), ...env };
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
