import fc from 'fast-check';

// Sequences nobody would think of: any type, direction, step, bounds, cache, position, and any rows.

/** A sequence and the table that it feeds. */
export interface Shape {
  readonly type: 'smallint' | 'integer' | 'bigint' | 'numeric' | 'double precision' | 'numeric(4,1)' | 'real';
  readonly increment: number;
  readonly cache: number;
  readonly cycle: boolean;
  readonly low: number;
  readonly length: number;
  readonly at: number;
  readonly isCalled: boolean;
  readonly rows: readonly number[];
  readonly half: boolean;
  readonly index: boolean;
}

export const shape: fc.Arbitrary<Shape> = fc.record({
  type: fc.constantFrom('smallint', 'integer', 'bigint', 'numeric', 'double precision', 'numeric(4,1)', 'real'),
  increment: fc.constantFrom(1, 1, 1, 2, 3, 7, 50, -1, -2, -5),
  cache: fc.constantFrom(1, 1, 5),
  cycle: fc.constantFrom(false, false, false, true),
  low: fc.integer({ min: -200, max: 200 }),
  length: fc.integer({ min: 1, max: 1500 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  isCalled: fc.boolean(),
  rows: fc.array(fc.integer({ min: -60, max: 400 }), { maxLength: 14 }),
  half: fc.boolean(),
  index: fc.boolean(),
});

/** The statements that make one; `i` tells it apart. */
export function sqlOf(
  { type, increment, cache, cycle, low, length, at, isCalled, rows, half, index }: Shape,
  i: number,
): string {
  const high = low + length;
  const steps = Math.floor((length / Math.abs(increment)) * at);
  const value = increment > 0 ? low + steps * increment : high + steps * increment;
  // Rows around where the sequence stands, now and then between two steps, now and then between two whole numbers
  const stored = rows.map(
    (distance) => value + Math.sign(increment) * distance + (half && type === 'numeric' ? 0.5 : 0),
  );
  const fits = stored.filter((one) => type !== 'numeric(4,1)' || Math.abs(one) < 1000);
  return `
    create sequence s${i} increment ${increment} minvalue ${low} maxvalue ${high} start ${increment > 0 ? low : high} cache ${cache} ${cycle ? 'cycle' : ''};
    create table t${i} (id ${type} default nextval('s${i}'));
    ${index ? `create index on t${i} (id);` : ''}
    ${fits.length === 0 ? '' : `insert into t${i} values ${fits.map((one) => `(${one})`).join(', ')};`}
    select setval('s${i}', ${value}, ${isCalled});`;
}
