import { writeFile } from 'node:fs/promises';
import { createColors } from 'picocolors';
import { Problem } from '../pg/problem.ts';
import { printable } from '../report/printable.ts';
import type { Context, Raw } from '../commands/index.ts';
import type { Interrupts } from './signals.ts';

/** Work that is over within this many milliseconds shows no progress. */
const shortWork = 1000;

/** The world outside, as commands see it: results to standard output or a file, everything else to standard error. */
export function terminal(raw: Raw, { signal, lend }: Interrupts): Context & { done(): void } {
  const isQuiet = raw['quiet'] === true;
  const { yellow } = createColors(isColored(process.stderr));
  const showsProgress = !isQuiet && process.stderr.isTTY;
  let isShort = true;
  let wanted = '';
  let line = '';
  const clear = (): void => {
    if (line !== '') process.stderr.write('\r\u001b[K');
    line = '';
  };
  const draw = (): void => {
    if (isShort || wanted === line) return;
    process.stderr.write(`\r\u001b[K${wanted}`);
    line = wanted;
  };
  const soon = setTimeout(() => {
    isShort = false;
    draw();
  }, shortWork);
  soon.unref();
  const tell = (text: string): void => {
    clear();
    process.stderr.write(`${yellow('pgseq:')} ${text.split('\n').map(printable).join('\n')}\n`);
  };
  return {
    env: process.env,
    cwd: process.cwd(),
    input: () => process.stdin,
    signal,
    lendSignals: lend,
    output: {
      color: isColored(process.stdout),
      async write(text) {
        wanted = '';
        clear();
        const file = raw['output'];
        if (typeof file === 'string') await writeReport(file, text);
        else process.stdout.write(text);
      },
    },
    tell,
    note: (text) => (isQuiet ? undefined : tell(text)),
    isWatched: showsProgress,
    progress(words) {
      if (!showsProgress) return;
      wanted = printable(words);
      draw();
    },
    done() {
      clearTimeout(soon);
      clear();
    },
  };
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new Problem(`--output ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Colour only on a terminal, never with NO_COLOR, always with FORCE_COLOR. https://no-color.org */
function isColored(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}
