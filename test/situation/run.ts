import { Readable } from 'node:stream';
import { commands, type Context } from '../../src/commands/index.ts';
import { readArguments } from '../../src/cli/program.ts';

/** What a command did, as its user would see it. */
export interface Ran {
  readonly exit: number;
  readonly output: string;
  readonly said: string;
}

const exits = { 'in step': 0, findings: 1, incomplete: 2 } as const;

/** Runs a command in this process: the same code as the program's, without the cost of starting it. */
export async function run(argv: readonly string[]): Promise<Ran> {
  const request = await readArguments(argv);
  if ('text' in request) throw new Error(`${argv.join(' ')} runs nothing: ${commands.length} commands are known`);
  let output = '';
  let said = '';
  const tell = (line: string): void => void (said += `${line}\n`);
  const context: Context = {
    env: {},
    cwd: '/',
    output: { color: false, write: async (text) => void (output += text) },
    tell,
    note: tell,
    isWatched: false,
    progress: () => undefined,
    input: () => Readable.from([]),
    lendSignals: () => () => undefined,
    signal: new AbortController().signal,
  };
  const outcome = await request.command.run(request.raw, request.words, context);
  return { exit: typeof outcome === 'string' ? exits[outcome] : outcome.exitCode, output, said };
}
