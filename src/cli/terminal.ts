import { resolve } from 'node:path';
import { createColors } from 'picocolors';
import { Problem } from '../problem.ts';
import { withoutPasswords } from '../pg/conninfo/redact.ts';
import { printable, printableLines } from '../text/printable.ts';
import { errorMessage } from '../pg/sqlstate.ts';
import type { Context, Raw } from '../commands/index.ts';
import { replaceFile, writeTo } from './outputs.ts';
import type { Interrupts } from './signals.ts';
import type { World } from './world.ts';

/** Work that is over within this many milliseconds shows no progress. */
const shortWork = 1000;

/** The world outside, as commands see it: results to standard output or a file, everything else to standard error. */
export function terminal(
  raw: Raw,
  world: World,
  { signal, lend }: Interrupts,
): Omit<Context, 'offering'> & { done(): void } {
  const { env, cwd, stdout, stderr } = world;
  const isQuiet = raw['quiet'] === true;
  const { yellow } = createColors(isColored(stderr, env));
  const showsProgress = !isQuiet && stderr.isTTY === true;
  let isShort = true;
  let wanted = '';
  let line = '';
  const clear = (): void => {
    if (line !== '') stderr.write('\r\u001b[K');
    line = '';
  };
  const draw = (): void => {
    if (isShort || wanted === line) return;
    stderr.write(`\r\u001b[K${wanted}`);
    line = wanted;
  };
  const soon = setTimeout(() => {
    isShort = false;
    draw();
  }, shortWork);
  soon.unref();
  const tell = (lines: string | readonly string[]): void => {
    clear();
    stderr.write(`${yellow('pgseq:')} ${withoutPasswords(printableLines(lines))}\n`);
  };
  return {
    env,
    cwd,
    input: () => world.stdin,
    signal,
    lendSignals: lend,
    output: {
      color: isColored(stdout, env),
      async write(text, changes) {
        wanted = '';
        clear();
        const file = raw['output'];
        try {
          if (typeof file === 'string') await replaceFile(resolve(cwd, file), text);
          else await writeTo(stdout, text);
        } catch (cause) {
          if (changes !== undefined) stderr.write(changes);
          const where = typeof file === 'string' ? `--output ${file}` : 'standard output';
          throw new Problem(`cannot write the report to ${where}: ${errorMessage(cause)}`, {
            ...(changes === undefined ? {} : { hint: 'the changes listed above were made and remain' }),
            cause,
          });
        }
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

/** Colour only on a terminal, never with NO_COLOR, always with FORCE_COLOR. https://no-color.org */
function isColored(stream: World['stdout'], env: World['env']): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && TERM !== 'dumb';
}
