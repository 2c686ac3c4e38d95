import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Readable, Transform } from 'node:stream';
import type { ChildEnvironment } from '../../pg/conninfo/index.ts';
import { type ChildEnd, runChild, sendInto } from '../child.ts';
import type { Context } from '../command.ts';
import { megabytes } from '../result/progress.ts';
import { type Listener, listenToPgRestore, listenToPsql } from './listen.ts';

/** A program that restores, ready to run. */
export interface RestoreLoad {
  readonly program: 'pg_restore' | 'psql';
  readonly path: string;
  readonly args: readonly string[];
  readonly env: ChildEnvironment;
  /** What goes into its standard input, and how many bytes of it there are, as far as that is known. */
  readonly input: {
    readonly stream: (onRead: (bytes: number) => void) => Readable;
    readonly size: number | null;
  } | null;
  /** What pg_restore is at is told, too. */
  readonly isVerbose?: boolean;
  /** How many tables have rows to come. */
  readonly tables: number;
}

/** How a program that restores ended. */
export interface RestoreEnd extends ChildEnd {
  /** What went wrong and did not stop it. */
  readonly errors: readonly string[];
  /** The same by the number of the archive's entry. */
  readonly entries: ReadonlyMap<string, string>;
  /** The tables whose rows were begun, as schema.name; null for a script, which does not say. */
  readonly begun: ReadonlySet<string> | null;
}

/** Milliseconds after which an error is taken for whole. */
const moment = 250;

/** Bytes copied, as the server tells; null where it does not. */
export type Copied = () => Promise<bigint | null>;

/** Runs the program to its end, shows how far it has got, and passes on what it complains of. */
export async function load(loading: RestoreLoad, copied: Copied | null, context: Context): Promise<RestoreEnd> {
  const at = { table: '', tables: 0, read: 0, bytes: null as bigint | null };
  const began = Date.now();
  const begun = new Set<string>();
  const say = (block: readonly string[]): void => context.tell(block);
  const onTable = (table: string): void => {
    at.table = table;
    at.tables++;
    begun.add(table);
  };
  const listener =
    loading.program === 'psql'
      ? listenToPsql({ say })
      : listenToPgRestore({ say, onTable, isVerbose: loading.isVerbose === true });
  const ticking = setInterval(() => {
    if (!context.isWatched) return;
    context.progress(progressOf(loading, at, Math.round((Date.now() - began) / 1000)));
    copied?.().then(
      (bytes) => (at.bytes = bytes),
      () => undefined, // a server that has other worries: the program will say so
    );
  }, 1000);
  let feeding: Promise<void> = Promise.resolve();
  try {
    const end = await runChild(
      {
        command: loading.path,
        args: loading.args,
        env: { LC_MESSAGES: 'C', LC_CTYPE: ctype(context.env), LC_ALL: undefined, ...loading.env },
        stdio: [loading.input === null ? 'ignore' : 'pipe', 'ignore', 'pipe'],
        onStart(child) {
          heed(child, listener);
          feeding = feed(child, loading, at, onTable, context.signal);
          feeding.catch(() => child.kill('SIGTERM')); // what could not be read is told below
        },
      },
      context,
    );
    await feeding;
    listener.flush();
    const { errors, entries } = listener;
    return { ...end, errors, entries, begun: loading.program === 'psql' ? null : begun };
  } finally {
    clearInterval(ticking);
    listener.flush();
    for (const line of listener.untold()) context.tell(line);
    context.progress('');
  }
}

/** LC_ALL would win over LC_MESSAGES; what it says of characters stays. */
function ctype(env: Context['env']): string | undefined {
  return env['LC_ALL'] ?? env['LC_CTYPE'];
}

/** An error is a few lines that come at once; where nothing follows them for a moment, nobody waits for the next error to see it. */
function heed(child: ChildProcess, listener: Listener): void {
  if (child.stderr === null) return;
  let pause: NodeJS.Timeout | undefined;
  const lines = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (text) => {
    clearTimeout(pause);
    listener.line(text);
    pause = setTimeout(() => listener.flush(), moment);
  });
  lines.once('close', () => clearTimeout(pause));
}

/** Sends the archive or the script into the program. */
async function feed(
  child: ChildProcess,
  { input, program }: RestoreLoad,
  at: { read: number },
  onTable: (name: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (input === null || child.stdin === null) return;
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      if (program === 'psql') for (const table of copiesIn(chunk)) onTable(table);
      done(null, chunk);
    },
  });
  const stream = input.stream((bytes) => (at.read += bytes));
  await sendInto(child.stdin, [stream, counting], signal);
}

/** The tables whose rows begin in a piece of a script. For progress: one that lies across two pieces is missed. */
function* copiesIn(chunk: Buffer): Generator<string> {
  for (let from = chunk.indexOf('\nCOPY '); from >= 0; from = chunk.indexOf('\nCOPY ', from + 1)) {
    const [, table] =
      /^\nCOPY ((?:"(?:[^"]|"")*"|[^\s"])+) .*FROM stdin;$/m.exec(chunk.toString('utf8', from, from + 4096)) ?? [];
    if (table !== undefined) yield table;
  }
}

function progressOf(
  { tables, input }: RestoreLoad,
  at: { table: string; tables: number; read: number; bytes: bigint | null },
  seconds: number,
): string {
  const parts = [
    at.table === '' ? 'restoring' : `restoring ${at.table}`,
    tables > 0 && at.tables > 0 ? `table ${at.tables}/${tables}` : '',
    input === null || at.read === 0 ? '' : `${share(at.read, input.size)}read`,
    at.bytes === null ? '' : `${megabytes(at.bytes)} of it copied`,
    `${seconds} s`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function share(read: number, size: number | null): string {
  return size === null || size === 0 ? `${megabytes(read)} ` : `${Math.min(100, Math.floor((read / size) * 100))} % `;
}
