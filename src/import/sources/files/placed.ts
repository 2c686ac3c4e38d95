import { Problem } from '../../../problem.ts';

/** A Problem that also says where; anything else as it is. */
export function placedError(place: string, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(`${place}: ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
