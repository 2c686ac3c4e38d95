import { pause } from './pause.ts';

const attempts = 5;
const firstPause = 50;

/** Tries a few times, longer and longer apart, as long as what is in the way may pass. Rejects with the last error. */
export async function patiently<Result>(
  signal: AbortSignal | undefined,
  mayPass: (error: unknown) => boolean,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let n = 1, next = firstPause; ; n++, next *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (n === attempts || !mayPass(error)) throw error;
      await pause(next, signal);
    }
  }
}
