import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fromRoot } from '../support/root.ts';

const program = fromRoot('build', 'src', 'cli', 'main.js');
const psql = fromRoot('build', 'test', 'docs', 'psql.js');
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
node() { file=$1; shift; case $file in *.ts) file="\${file%.ts}.js" ;; esac; "$NODE" "$file" "$@"; }
`;

/** How a command line ended. */
export interface Ran {
  readonly code: number;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
}

/** Runs a command line by the shell, in a directory that is also its home; `before` is the `$?` that it finds. */
export async function run(
  line: string,
  before: number,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const child = spawn('/bin/sh', ['-c', `${prelude}(exit ${before})\n${line}\n`], {
    cwd: directory,
    env: {
      PATH: `${clients}:${process.env['PATH']}`,
      HOME: directory,
      NODE: process.execPath,
      PROGRAM: program,
      PSQL: psql,
      ...env,
    },
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
