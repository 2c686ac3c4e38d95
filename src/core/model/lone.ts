import type { Judgement } from './judge.ts';
import type { SurveyedSequence } from './surveyed.ts';
import { upward } from './sequence.ts';

/**
 * Whether lone ids are all that stands ahead of a sequence: it runs into nothing before the last half of the jump that they ask
 * for, in which they lie. Nothing else is wrong with it then. `lone`: as `outliers` found them; none where they could not be counted.
 */
export function isOutlierOnly(
  sequence: SurveyedSequence,
  { next, target, collision, partial }: Judgement,
  lone: readonly bigint[] | null,
): boolean {
  if (lone === null || lone.length === 0 || partial || next === null || target === null || collision === null)
    return false;
  const { up, step } = upward(sequence, []);
  return up(next) + collision.after * step >= middle(up(next), up(target));
}

/** Where the last half of a jump begins; both turned upward. */
export function middle(next: bigint, target: bigint): bigint {
  return next + (target - next) / 2n;
}
