#!/usr/bin/env node
import type { Outcome } from '../commands/index.ts';
import { redact } from '../pg/conninfo/redact.ts';
import { Problem } from '../pg/problem.ts';
import { printable } from '../report/printable.ts';
import { errorCode, errorHint, errorMessage } from '../pg/sqlstate.ts';
import { readArguments } from './program.ts';
import { Interrupted, interrupts } from './signals.ts';
import { terminal } from './terminal.ts';

const exitCodes: Readonly<Record<Extract<Outcome, string>, number>> = { 'in step': 0, findings: 1, incomplete: 2 };

/** Reads the arguments, runs the command, and says how it ended: the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const request = await readArguments(argv);
  if ('text' in request) {
    process.stdout.write(request.text);
    return 0;
  }
  const context = terminal(request.raw, interrupts());
  try {
    const outcome = await request.command.run(request.raw, request.words, context);
    return typeof outcome === 'string' ? exitCodes[outcome] : outcome.exitCode;
  } finally {
    context.done();
  }
}

/** An error in words on standard error, and its exit code. A stack only for what nobody foresaw. */
function failed(error: unknown): number {
  if (error instanceof Interrupted) {
    process.stderr.write(`pgseq: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof Problem) {
    const hint = error.hint === undefined ? '' : `${error.hint.replaceAll(/^/gm, '  ')}\n`;
    const lines = `pgseq: ${error.message}\n${hint}`.split('\n').map(printable);
    process.stderr.write(discreet(lines.join('\n')));
  } else if (/^[0-9A-Z]{5}$/.test(errorCode(error) ?? '')) {
    const hint = errorHint(error);
    const lines = [`pgseq: ${errorMessage(error)} (${errorCode(error)})`, ...(hint === null ? [] : [`  ${hint}`])];
    process.stderr.write(`${lines.map(printable).join('\n')}\n`); // PostgreSQL's words
  } else {
    process.stderr.write(`pgseq: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  return 2;
}

/** A text without passwords: a word that was not understood is shown, and it may be a connection string. */
function discreet(text: string): string {
  return process.argv.slice(2).reduce((shown, word) => shown.replaceAll(word, () => redact(word)), text);
}

// Node 20 lacks what later ones have, and the driver, to learn that this is no Cloudflare worker, then makes a Response: that
// loads all of fetch, a tenth of the time that a check of a small database takes
if (!('navigator' in globalThis))
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: `Node.js/${process.versions.node}` } });
process.title = 'pgseq'; // the arguments may hold a password, and ps shows them to everybody
// A reader that has seen enough (| head) is no error, and the exit code stays what it is
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2)).catch(failed);
