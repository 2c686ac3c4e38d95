import { Problem } from '../../../problem.ts';

/** The same values; a Problem on the way also says where. */
export function* placedAll<T>(values: Iterable<T>, place: string): Generator<T> {
  try {
    yield* values;
  } catch (error) {
    throw placedError(place, error);
  }
}

/** Does what may throw a Problem, which then also says where. */
export function placed<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw placedError(place, error);
  }
}

/** A Problem that also says where; anything else as it is. */
function placedError(place: string, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(`${place}: ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
