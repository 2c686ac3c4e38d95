import { resolve } from 'node:path';
import type { Outcome, Raw, Words } from '../commands/index.ts';
import { redact, withoutPasswords } from '../pg/conninfo/redact.ts';
import { asTyped, type Offering, programOf } from '../pg/offering.ts';
import { Problem } from '../problem.ts';
import { errorHint, errorMessage, sqlState } from '../pg/sqlstate.ts';
import { printable, printableLines, withHint } from '../text/printable.ts';
import { proveWritable, refuseOverwriting, writeTo } from './outputs.ts';
import { readArguments } from './program.ts';
import { Interrupted, interrupts } from './signals.ts';
import { inSource } from './source-maps.ts';
import { terminal } from './terminal.ts';
import { hasTypedPassword } from './typed-password.ts';
import type { World } from './world.ts';

const exitCodes: Readonly<Record<Extract<Outcome, string>, number>> = { 'in step': 0, findings: 1, incomplete: 2 };

/** The command line as a function: reads the arguments, runs the command, and returns the exit code. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let offering: Offering | undefined;
  try {
    const request = await readArguments(argv);
    if ('text' in request) {
      await writeTo(world.stdout, request.text);
      return 0;
    }
    await proveOutputs(request.raw, request.words, world.cwd);
    // Behind what only prints: it brings all that reads settings and connections
    const { offeringOf } = await import('../commands/request/carried-options.ts');
    offering = offeringOf(request.command, request.raw, request.words, world.env);
    const context = { ...terminal(request.raw, world, interrupts(world)), offering };
    if (hasTypedPassword(argv))
      context.note(
        'every user of this machine could see the password with ps while pgseq started; to avoid that, use PGPASSWORD, a password file or --env-file',
      );
    try {
      const outcome = await request.command.run(request.raw, request.words, context);
      return typeof outcome === 'string' ? exitCodes[outcome] : outcome.exitCode;
    } finally {
      context.done();
    }
  } catch (error) {
    return report(error, argv, world, offering);
  }
}

/** Prints what a run has failed of, also what was thrown where nobody waited for it, and returns the exit code. */
export function report(
  error: unknown,
  argv: readonly string[],
  { env, stderr }: Pick<World, 'env' | 'stderr'>,
  offering?: Offering,
): number {
  const { code, text } = failure(error, programOf(env), offering);
  stderr.write(discreet(text, argv));
  return code;
}

/** That the report cannot be written, or would destroy what is read, is known before anything is done. */
async function proveOutputs(raw: Raw, words: Words, cwd: string): Promise<void> {
  await refuseOverwriting(raw, words, cwd);
  const file = raw['output'];
  if (typeof file !== 'string') return;
  await proveWritable(resolve(cwd, file)).catch((cause: unknown) => {
    throw new Problem(`--output ${file}: ${errorMessage(cause)}`, { hint: 'nothing was done', cause });
  });
}

/** An error in words, and its exit code. A stack only for what nobody foresaw. */
function failure(
  error: unknown,
  program: string,
  offering: Offering | undefined,
): { readonly code: number; readonly text: string } {
  if (error instanceof Interrupted) return { code: error.exitCode, text: `pgseq: ${error.message}\n` };
  if (error instanceof Problem) {
    // A hint that begins with a command is one to type
    return {
      code: 2,
      text: said(error.message, error.hint === undefined ? undefined : asTyped(error.hint, program, offering)),
    };
  }
  const state = sqlState(error);
  if (state !== undefined) {
    return { code: 2, text: said(`${errorMessage(error)} (${state})`, errorHint(error)) }; // PostgreSQL's words
  }
  const message = errorMessage(error);
  const stack = error instanceof Error ? error.stack?.replace(error.message, () => message) : undefined;
  // Its own line breaks are the stack's
  return {
    code: 2,
    text: `${printableLines(`pgseq: ${stack === undefined ? message : inSource(stack)}`.split('\n'))}\n`,
  };
}

function said(message: string, hint: string | null | undefined): string {
  return `${printableLines(withHint(`pgseq: ${message}`, hint))}\n`;
}

/** A text without passwords: a word that was not understood is shown, as it is or printable, and it may be a connection string. */
function discreet(text: string, argv: readonly string[]): string {
  return withoutPasswords(
    argv.reduce(
      (shown, word) =>
        shown.replaceAll(word, () => redact(word)).replaceAll(printable(word), () => printable(redact(word))),
      text,
    ),
  );
}
