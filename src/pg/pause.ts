import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; rejects with the signal's own reason where that ends it. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
