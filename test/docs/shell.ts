import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { run as runPgseq } from '../../src/cli/run.ts';
import { fromRoot } from '../support/root.ts';
import { psql } from './psql.ts';

// WebAssembly, which PGlite is, compiled simply: nothing here runs long enough for more to pay.
setFlagsFromString('--liftoff-only');

const program = fromRoot('build', 'src', 'cli', 'main.js');
const psqlProgram = fromRoot('build', 'test', 'docs', 'psql.js');
/** vitest and Jest. */
const clients = fromRoot('test', 'adapters', 'current', 'node_modules', '.bin');

/** What the examples call, and what stands for it here: kubectl and docker only hand on what comes through their pipe. Both streams go to one place, as on a terminal. */
const prelude = `
exec 2>&1
pgseq() { "$NODE" "$PROGRAM" "$@"; }
npx() { "$@"; }
psql() { "$NODE" "$PSQL" "$@"; }
kubectl() { while [ "$1" != -- ]; do shift; done; shift; "$@"; }
docker() { shift 3; "$@"; }
node() { file=$1; shift; case $file in *.ts) file="\${file%.ts}.js" ;; esac; "$NODE" --liftoff-only "$file" "$@"; }
`;

/** How a command line ended. */
export interface Ran {
  readonly code: number;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
}

/** Runs a command line, in a directory that is also its home; `before` is the `$?` that it finds. What needs no shell gets none: a process costs more than most of what is run. */
export async function run(
  line: string,
  before: number,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  if (line === 'echo $?') return { code: 0, output: `${before}\n` };
  const variables = { PATH: `${clients}:${process.env['PATH']}`, HOME: directory, ...env };
  const commands = plain(line);
  return commands === null
    ? await byShell(line, before, directory, variables)
    : await inProcess(commands, directory, variables);
}

/** One command of a pipe. */
interface Plain {
  readonly name: 'pgseq' | 'psql';
  readonly args: readonly string[];
}

/** A pipe of pgseq and psql whose words are as they stand, or in quotes; null for everything else. */
function plain(line: string): readonly Plain[] | null {
  const words: string[][] = [[]];
  const token = /\s*(?:(\|)|((?:[\w@%+=:,./^-]|'[^']*'|"[^"$`\\!]*")+)(?=[\s|]|$))/y;
  const text = line.replaceAll('\\\n', ' ').trimEnd();
  while (token.lastIndex < text.length) {
    const [, bar, word] = token.exec(text) ?? [];
    if (bar !== undefined) words.push([]);
    else if (word !== undefined) words.at(-1)?.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    else return null;
  }
  const commands = words.map(meant);
  return commands.every((command) => command !== null) ? commands : null;
}

/** Which program a command comes to, by the same names as in the prelude. A program that `pgseq run` starts has the process's own streams. */
function meant([first = '', ...rest]: readonly string[]): Plain | null {
  if (first === 'npx') return meant(rest);
  if (first === 'kubectl') return meant(rest.slice(rest.indexOf('--') + 1));
  if (first === 'docker') return meant(rest.slice(3));
  if (first === 'psql') return { name: first, args: rest };
  return first === 'pgseq' && rest[0] !== 'run' ? { name: first, args: rest } : null;
}

async function inProcess(
  commands: readonly Plain[],
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  let output = '';
  let input = '';
  let code = 0;
  for (const [place, { name, args }] of commands.entries()) {
    let piped = '';
    const write = (stream: 'stdout' | 'stderr', text: string): void => {
      if (stream === 'stdout' && place < commands.length - 1) piped += text;
      else output += text;
    };
    code = await (name === 'psql' ? psql(args, input, env, write) : pgseq(args, input, directory, env, write));
    input = piped;
  }
  return { code, output };
}

async function pgseq(
  args: readonly string[],
  input: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  write: (stream: 'stdout' | 'stderr', text: string) => void,
): Promise<number> {
  const stream = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _, done) {
        write(name, chunk.toString());
        done();
      },
    });
  return await runPgseq(args, {
    env,
    cwd,
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    onSignal: () => {},
    exit: () => {},
  });
}

async function byShell(
  line: string,
  before: number,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const child = spawn('/bin/sh', ['-c', `${prelude}(exit ${before})\n${line}\n`], {
    cwd: directory,
    env: { NODE: process.execPath, PROGRAM: program, PSQL: psqlProgram, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === null) throw new Error(`${line} was ended by a signal, or hung:\n${output}`);
  return { code, output };
}
