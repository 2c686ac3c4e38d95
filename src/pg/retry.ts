import { errorCode } from './sqlstate.ts';
import { pause } from './pause.ts';

const attempts = 5;
const firstPause = 50;

/** Tries a few times, longer and longer apart, as long as what is in the way may pass. Rejects with the last error. */
export async function retryWithBackoff<Result>(
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

/** Tries again, a few times, after an error that the next try need not meet: one of these SQLSTATEs. */
export async function retryOn<Result>(codes: readonly string[], attempt: () => Promise<Result>): Promise<Result> {
  for (let left = 5; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !codes.includes(errorCode(error) ?? '')) throw error;
    }
  }
}

/** data_corrupted: what a reader gets whose sequence's file an ALTER SEQUENCE replaces that very moment. It happens once. */
export const fileReplaced = 'XX001';

/** serialization_failure: at READ COMMITTED only a standby raises it, where a statement is in the way of what it replays. */
export const recoveryConflict = '40001';
