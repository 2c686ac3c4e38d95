import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../problem.ts';
import type { ChildEnvironment, ConnectionSettings } from '../pg/conninfo/index.ts';
import { withHint } from '../text/printable.ts';
import { errorHint, errorMessage } from '../pg/sqlstate.ts';
import type { Context, Outcome } from './command.ts';

/** Another program, and how it is run. */
export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  /** The variables that it gets beside those that are set; undefined takes one away. */
  readonly env: ChildEnvironment;
  readonly stdio: StdioOptions;
  /** Handed the process as soon as it runs, for its streams. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** How another program ended. */
export interface ChildEnd {
  /** 128 and the number of the signal where one ended it. */
  readonly exitCode: number;
  /** Ctrl-C or SIGTERM came while it ran. */
  readonly wasSignalled: boolean;
}

/** Milliseconds that a connection may take to be made after a signal, where nothing says less. */
const patience = 4000;

/** How to connect behind a program: somebody who has pressed Ctrl-C does not wait for a network that says nothing any more. */
export function connectAfter(
  { wasSignalled }: Pick<ChildEnd, 'wasSignalled'>,
  to: ConnectionSettings,
): ConnectionSettings {
  return wasSignalled ? { ...to, connectTimeout: Math.min(to.connectTimeout || patience, patience) } : to;
}

/**
 * Runs another program to its end and returns how it ended. The first Ctrl-C is for the program alone; the next ends the run, which ends the program first.
 * Throws a Problem where it cannot be started, and the signal's reason when the run was ended.
 */
export async function runChild({ command, args, env, stdio, onStart }: Child, context: Context): Promise<ChildEnd> {
  context.signal.throwIfAborted();
  const child = spawn(command, args, { cwd: context.cwd, env: { ...context.env, ...env }, stdio });
  let wasSignalled = false;
  const takeBack = context.lendSignals((signal, shared) => {
    wasSignalled = true;
    if (!shared) child.kill(signal);
  });
  const end = (): void => void child.kill('SIGTERM');
  context.signal.addEventListener('abort', end, { once: true });
  try {
    onStart?.(child);
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', (cause) => reject(notStarted(command, cause)));
      child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0)));
    });
    context.signal.throwIfAborted();
    return { exitCode, wasSignalled };
  } finally {
    takeBack();
    context.signal.removeEventListener('abort', end);
  }
}

/**
 * Sends streams, each through the next, into the standard input of a program, which may hang up before it has read everything:
 * why, it says itself. Throws what could not be read.
 */
export async function sendInto(
  stdin: Writable,
  streams: readonly NodeJS.ReadableStream[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline([...streams, stdin], { signal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE' && !signal.aborted) throw error;
  }
}

/** The code of a program that failed goes before whatever came afterwards, which is told. */
export async function passedOn(exitCode: number, afterwards: Promise<Outcome>, context: Context): Promise<Outcome> {
  if (exitCode === 0) return await afterwards;
  try {
    await afterwards;
  } catch (error) {
    context.tell(withHint(errorMessage(error), errorHint(error)));
  }
  return { exitCode };
}

function notStarted(command: string, cause: NodeJS.ErrnoException): Problem {
  if (cause.code === 'ENOENT')
    return new Problem(`${command}: no such program`, { hint: 'nothing was run, nothing was changed', cause });
  return new Problem(`${command} could not be started: ${errorMessage(cause)}`, { cause });
}
