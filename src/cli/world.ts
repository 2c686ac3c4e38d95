import type { Readable, Writable } from 'node:stream';
import type { Signal } from '../commands/index.ts';

/** The process around a run, and nothing else of the outside world. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Hands on every SIGINT and SIGTERM from now on. */
  onSignal(handler: (signal: Signal) => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}
