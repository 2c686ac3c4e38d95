import { isReading, type Measurement, rangesOf, type SurveyedSequence, unreadOf } from './surveyed.ts';
import { type Block, callsBefore, callsLeft, firstBeyond, nextValue, upward, within } from './sequence.ts';

/** What can be said of a sequence: docs/states.md. */
export type SequenceState = 'ok' | 'behind' | 'exhausted' | 'empty' | 'unlinked' | 'incomparable' | 'unknown';

/** What measuring a sequence comes to. Values are the stored ones; calls are numbers of nextval() calls. */
export interface Judgement {
  readonly state: SequenceState;
  /** A short word where the state needs one. */
  readonly reason: string | null;
  readonly next: bigint | null;
  readonly furthest: bigint | null;
  /** The first taken value that the sequence will run into, and how many calls still succeed before that. */
  readonly collision: { readonly value: bigint; readonly after: bigint } | null;
  /** What `next` will be after a fix; null when there is nothing to move, or nowhere to move to. */
  readonly target: bigint | null;
  readonly behindBy: bigint | null;
  readonly remaining: bigint | null;
  readonly used: number | null;
  /** Some column could not be read: target is a lower bound, collision.after an upper one. */
  readonly partial: boolean;
  /** No value leaves the margin that was asked for: the sequence ends before. */
  readonly marginTooLarge: boolean;
}

/**
 * Judges a sequence: the first state that applies, as the contract orders them. Pure.
 * `margin`: ids that a fix leaves free beyond the furthest stored value; it never makes a sequence `behind`.
 */
export function judge(sequence: SurveyedSequence, measurement: Measurement, margin = 0n): Judgement {
  const { position } = measurement;
  if (position === null) return { ...nothing, state: 'unknown', reason: measurement.unreadable };
  const turned = upward(sequence, rangesOf(sequence));
  const { up, back, step, range } = turned;
  const next = nextValue(sequence, position);
  const remainingFrom = (from: bigint | null): Pick<Judgement, 'remaining' | 'used'> => {
    const all = callsLeft(range.from, range.to, step);
    const remaining = from === null ? 0n : callsLeft(up(from), range.to, step);
    return { remaining, used: all === 0n ? 1 : 1 - Number(remaining) / Number(all) };
  };
  const base = { ...nothing, next, ...remainingFrom(next) };
  if (sequence.columns.length === 0 && sequence.idleOwner !== null)
    return { ...base, state: 'unlinked', reason: 'owner-has-other-default' };
  const furthestValues = measurement.columns.flatMap((column) =>
    isReading(column) && column.furthest !== null ? [up(column.furthest)] : [],
  );
  const furthest = largest(furthestValues);
  const reached = { ...base, furthest: furthest === null ? null : back(furthest) };
  if (next === null || !within(range, up(next)))
    return { ...reached, remaining: 0n, used: 1, state: 'exhausted', reason: next === null ? 'limit' : 'column-type' };
  if (sequence.columns.length === 0) return { ...base, state: 'unlinked' };
  const comparable = sequence.columns.filter((column) => column.incomparable === null);
  if (comparable.length === 0)
    return { ...reached, state: 'incomparable', reason: sequence.columns[0]?.incomparable ?? null };
  const reason = measurement.columns.map(unreadOf).find((unread) => unread !== null)?.unreadable ?? null;
  const partial = reason !== null;

  const hits = measurement.columns.flatMap((column, i) => {
    if (!isReading(column) || column.last === null) return [];
    const block: Block = sequence.columns[i]?.block ?? { from: 1n - step, to: 0n };
    const last = up(column.last);
    // Read in parts, earlier than the position: what the sequence has passed since does not count, and the first is then unknown
    if (last < up(next) + block.from) return [];
    const first = column.first !== null && up(column.first) >= up(next) + block.from ? up(column.first) : last;
    const draws = first - block.to - up(next);
    return [{ first, after: callsBefore(draws, step), beyond: last - block.from }];
  });
  // A margin counts to the first id of a block. Where nobody said which block, both kinds must lack room, and both get it
  const roomFor = (unsaid: bigint): bigint | null =>
    largest(
      measurement.columns.flatMap((column, i) =>
        isReading(column) && column.within !== null && !column.undecided
          ? [up(column.within) - (sequence.columns[i]?.block?.from ?? unsaid)]
          : [],
      ),
    );
  const room = roomFor(1n - step);
  const least = roomFor(0n);
  const wanted = (beyond: bigint): bigint | null =>
    margin === 0n || room === null
      ? null
      : firstBeyond(up(next), step, (room > beyond ? room : beyond) + margin, range);
  if (hits.length > 0) {
    const nearest = hits.reduce((a, b) => (b.after < a.after || (b.after === a.after && b.first < a.first) ? b : a));
    const beyond = hits.reduce((a, b) => (b.beyond > a.beyond ? b : a)).beyond;
    const roomy = wanted(beyond);
    const target = roomy ?? firstBeyond(up(next), step, beyond, range);
    return {
      ...reached,
      ...remainingFrom(target === null ? next : back(target)),
      state: 'behind',
      reason: target === null ? 'no-target' : partial ? reason : null,
      collision: { value: back(nearest.first), after: nearest.after },
      target: target === null ? null : back(target),
      behindBy: target === null ? null : (target - up(next)) / step,
      partial,
      marginTooLarge: margin > 0n && roomy === null,
    };
  }
  if (partial) return { ...reached, state: 'unknown', reason, partial };
  if (furthest === null) return { ...reached, state: 'empty' };
  if (margin === 0n || room === null || least === null || up(next) > least + margin) return { ...reached, state: 'ok' };
  const target = wanted(room);
  return {
    ...reached,
    state: 'ok',
    target: target === null || target === up(next) ? null : back(target),
    marginTooLarge: target === null,
  };
}

const nothing = {
  reason: null,
  next: null,
  furthest: null,
  collision: null,
  target: null,
  behindBy: null,
  remaining: null,
  used: null,
  partial: false,
  marginTooLarge: false,
};

function largest(values: readonly bigint[]): bigint | null {
  return values.length === 0 ? null : values.reduce((a, b) => (a > b ? a : b));
}
