import type { Judgement } from './judge.ts';
import { isReading, type Measurement, rangesOf, type SurveyedSequence } from './surveyed.ts';
import { callsLeft, firstBeyond, upward } from './sequence.ts';

/** Where a sequence that stands far beyond all stored ids could be set back to, by hand. */
export interface Restart {
  readonly value: bigint;
  /** The furthest stored id; null where nothing is stored. */
  readonly furthest: bigint | null;
  /** The column that holds it, or the first that is empty. */
  readonly column: string;
}

/** With less of the range than this behind it, a sequence that is set back has room again. */
const roomy = 0.5;

/**
 * The way back for a sequence that is used up, or nearly, although the stored ids reach less than half as far: a setval has
 * brought it there, or rows that are gone. Null where they reach further, or where some column could not be read. Pure.
 */
export function restartOf(
  sequence: SurveyedSequence,
  measurement: Measurement,
  { next, furthest }: Pick<Judgement, 'next' | 'furthest'>,
): Restart | null {
  if (sequence.cycle || sequence.columns.length === 0) return null;
  if (sequence.columns.some(({ incomparable }) => incomparable !== null)) return null;
  if (!measurement.columns.every((answer) => isReading(answer) && answer.unread === null)) return null;
  const { up, back, step, range } = upward(sequence, rangesOf(sequence));
  // A drawn value may stand for ids on either side of it
  const reach = sequence.columns
    .map(({ block }) => (block === null ? step - 1n : -block.from))
    .reduce((a, b) => (a > b ? a : b));
  const start = up(sequence.start);
  const value = firstBeyond(start, step, furthest === null ? start - 1n : up(furthest) + reach, range);
  if (value === null || (next !== null && value >= up(next))) return null;
  const all = Number(callsLeft(range.from, range.to, step));
  if (Number(callsLeft(value, range.to, step)) < all * (1 - roomy)) return null;
  const place = measurement.columns.findIndex((answer) => isReading(answer) && answer.furthest === furthest);
  return { value: back(value), furthest, column: sequence.columns[place]?.name ?? '' };
}

/** How far the ids reach, as the end of a sentence. */
export function reachOf({ furthest, column }: Restart): string {
  return furthest === null ? `although ${column} is empty` : `although the ids of ${column} end at ${furthest}`;
}
