import { Problem } from '../../problem.ts';
import type { Context } from '../command.ts';

/** Lends a context whose signal also fires when the time for the whole run is up. 0 milliseconds is no limit. */
export async function withTimeout<Result>(
  milliseconds: number,
  context: Context,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  if (milliseconds === 0) return await work(context);
  const clock = new AbortController();
  let reached = '';
  const timer = setTimeout(
    () =>
      clock.abort(
        new Problem(`timed out after ${milliseconds / 1000}s (--timeout)${reached}`, {
          hint: 'to allow more: --timeout 30m',
        }),
      ),
    milliseconds,
  );
  try {
    return await work({
      ...context,
      signal: AbortSignal.any([context.signal, clock.signal]),
      progress(words) {
        reached = ` while ${words}`;
        context.progress(words);
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
