/** The parameters of a sequence, as in pg_sequence. */
export interface SequenceDefinition {
  readonly dataType: string;
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
}

/** Where a sequence stands: the two columns of the sequence relation that tell. */
export interface Position {
  readonly lastValue: bigint;
  readonly isCalled: boolean;
}

/** An inclusive range of values; `from` > `to` is an empty one. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * The ids that one drawn value stands for, as distances from it in the direction of counting:
 * 0…0 the value itself; -(step-1)…0 the block that ends with it (Hibernate's pooled optimizer); 0…step-1 the block that
 * begins with it (pooled-lo, and Entity Framework's HiLo).
 */
export type Block = Range;

/** 2^53: from here on JavaScript, JSON readers and float8 columns lose ids. */
export const exactInteger = 2n ** 53n;

/**
 * The value that `nextval()` would return now, or null when it would raise. A cycling sequence starts again at its
 * minimum (descending: its maximum). Source: nextval_internal in PostgreSQL's commands/sequence.c.
 */
export function nextValue(sequence: SequenceDefinition, position: Position): bigint | null {
  if (!position.isCalled) return position.lastValue;
  const next = position.lastValue + sequence.increment;
  if (sequence.increment > 0n ? next <= sequence.max : next >= sequence.min) return next;
  if (!sequence.cycle) return null;
  return sequence.increment > 0n ? sequence.min : sequence.max;
}

/**
 * A sequence turned so that it counts upward: every comparison below is then written once. `up` turns a value in, `back`
 * turns it out again; for an ascending sequence both leave it alone.
 */
export interface Upward {
  readonly step: bigint;
  /** All values that the sequence can hand out and that fit every column it feeds, turned. */
  readonly range: Range;
  up(value: bigint): bigint;
  back(value: bigint): bigint;
}

/** Turns a sequence upward, its bounds narrowed to what fits the columns' types. */
export function upward(sequence: SequenceDefinition, columnRanges: readonly Range[]): Upward {
  const from = [sequence.min, ...columnRanges.map((range) => range.from)].reduce((a, b) => (a > b ? a : b));
  const to = [sequence.max, ...columnRanges.map((range) => range.to)].reduce((a, b) => (a < b ? a : b));
  const turn = sequence.increment > 0n ? (value: bigint) => value : (value: bigint) => -value;
  return {
    step: turn(sequence.increment),
    range: sequence.increment > 0n ? { from, to } : { from: -to, to: -from },
    up: turn,
    back: turn,
  };
}

/** Whether a value lies within a range. */
export function within(range: Range, value: bigint): boolean {
  return value >= range.from && value <= range.to;
}

/**
 * The smallest value next + k·step (k ≥ 0) greater than `beyond`, or null when it lies outside the range.
 * All values turned upward.
 */
export function firstBeyond(next: bigint, step: bigint, beyond: bigint, range: Range): bigint | null {
  const value = beyond < next ? next : next + ((beyond - next) / step + 1n) * step;
  return within(range, value) ? value : null;
}

/** How many values of the progression lie in from…to, both turned upward: the nextval() calls left when next is `from`. */
export function callsLeft(from: bigint, to: bigint, step: bigint): bigint {
  return from > to ? 0n : (to - from) / step + 1n;
}

/** How many calls go before the one whose value lies at least `distance` beyond the next one, which is the first. */
export function callsBefore(distance: bigint, step: bigint): bigint {
  return distance <= 0n ? 0n : (distance + step - 1n) / step;
}

/** The range of values that fit a column, or null for a type whose values are not numbers a sequence can be compared with. */
export function columnRange(baseType: string, typmod: number): Range | null {
  switch (baseType) {
    case 'smallint':
      return symmetric(2n ** 15n - 1n, 1n);
    case 'integer':
      return symmetric(2n ** 31n - 1n, 1n);
    case 'bigint':
      return symmetric(2n ** 63n - 1n, 1n);
    case 'real': // a float4 has 24 bits of mantissa: it counts exactly up to 2^24
      return symmetric(2n ** 24n);
    case 'double precision':
      return symmetric(exactInteger);
    case 'numeric': {
      if (typmod < 0) return symmetric(10n ** 20n);
      // precision and scale as numeric's typmod holds them: make_numeric_typmod in utils/adt/numeric.c; the scale is signed in 11 bits
      const precision = ((typmod - 4) >> 16) & 0xffff;
      const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
      if (scale < 0) return null; // rounds to tens: what is stored is not what was drawn
      return symmetric(10n ** BigInt(Math.max(precision - scale, 0)) - 1n);
    }
    default:
      return null;
  }
}

function symmetric(to: bigint, more = 0n): Range {
  return { from: -to - more, to };
}
