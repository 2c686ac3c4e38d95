import type { Context, Signal } from '../commands/index.ts';
import type { World } from './world.ts';

/** The reason with which an interrupted run ends: what was changed is reported first. */
export class Interrupted extends Error {
  /** 128 and the number of the signal. */
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(signal === 'SIGINT' ? 'interrupted' : 'terminated');
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

export interface Interrupts {
  /** Fires at the first SIGINT or SIGTERM that is not lent to anybody; the one after that ends the process at once. */
  readonly signal: AbortSignal;
  readonly lend: Context['lendSignals'];
}

/** Takes over SIGINT and SIGTERM. */
export function interrupts(world: World): Interrupts {
  const controller = new AbortController();
  let borrower: ((signal: Signal, shared: boolean) => void) | undefined;
  // Ctrl-C reaches every process of the terminal; kill reaches one
  const isShared = (signal: Signal): boolean =>
    signal === 'SIGINT' && [world.stdin, world.stdout, world.stderr].some(({ isTTY }) => isTTY === true);
  world.onSignal((signal) => {
    const reason = new Interrupted(signal);
    const handle = borrower;
    borrower = undefined;
    if (handle !== undefined) handle(signal, isShared(signal));
    else if (controller.signal.aborted) world.exit(reason.exitCode);
    else controller.abort(reason);
  });
  return {
    signal: controller.signal,
    lend(handler) {
      borrower = handler;
      return () => {
        borrower = undefined;
      };
    },
  };
}
