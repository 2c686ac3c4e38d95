import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Problem } from '../../../problem.ts';

/** A program that is asked, on its standard input, one thing after the other. */
export interface Conversation {
  /** Tells it something that it has no answer to. */
  send(commands: string): void;
  /** Asks, and hands over the answer piece by piece. Throws what the program complains about when it ends before the answer does. */
  answer(sql: string): AsyncGenerator<Uint8Array>;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

interface Options {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** Starts `sqlite3`. With `-bail` it ends at the first error, so that an answer which is complete had none. */
export function converse(command: string, args: readonly string[], { env, signal }: Options): Conversation {
  const child = spawn(command, args, { env: { ...env }, stdio: 'pipe', signal });
  let complaint = '';
  let notStarted: NodeJS.ErrnoException | undefined;
  child.on('error', (error) => {
    notStarted ??= error;
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => {}); // it has ended, and its output tells why
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const output = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // Printed after each answer; nothing in a file can know it
  const mark = Buffer.from(`${randomBytes(16).toString('hex')}\n`);
  let held = Buffer.alloc(0);

  /** The next piece of the answer; null when it is complete. */
  async function next(): Promise<Buffer | null> {
    for (;;) {
      const end = held.indexOf(mark);
      if (end === 0) {
        held = held.subarray(mark.length);
        return null;
      }
      // What may be the beginning of the mark stays
      const sure = end > 0 ? end : held.length - mark.length;
      if (sure > 0) {
        const piece = held.subarray(0, sure);
        held = held.subarray(sure);
        return piece;
      }
      const { value, done } = await output.next();
      if (done === true) throw await ending();
      held = Buffer.concat([held, value]);
    }
  }

  async function ending(): Promise<unknown> {
    await closed;
    if (signal?.aborted === true) return signal.reason;
    if (notStarted?.code === 'ENOENT')
      return new Problem(
        'to read an SQLite file, pgseq needs Node 22.13 or newer, or the program sqlite3; neither was found',
        {
          hint: 'install sqlite3, or run pgseq with a newer Node',
        },
      );
    return notStarted ?? new Error(complaint.trim() || `${command} ended`);
  }

  return {
    send(commands) {
      child.stdin.write(`${commands}\n`);
    },
    async *answer(sql) {
      child.stdin.write(`${sql}\n.print ${mark.toString()}`);
      let complete = false;
      try {
        for (let piece = await next(); piece !== null; piece = await next()) yield piece;
        complete = true;
      } catch (error) {
        complete = true;
        throw error;
      } finally {
        // Nobody wants the rest, but it comes before the next answer
        while (!complete) complete = (await next()) === null;
      }
    },
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
