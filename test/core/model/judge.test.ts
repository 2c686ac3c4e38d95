import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Judgement, judge } from '../../../src/core/model/judge.ts';
import type { ColumnReading } from '../../../src/core/model/surveyed.ts';
import * as cases from '../cases/judge.ts';
import { compare, integer, rows } from '../cases/read.ts';
import { measurementOf, stored } from '../cases/stored.ts';
import { expected, type Name, verdict } from '../cases/verdict.ts';

type Case = 'sequence' | 'at' | 'stored';

function judged(row: Readonly<Record<Case, string>>): Judgement {
  const found = stored(row);
  return judge(found.sequence, measurementOf(found), found.margin);
}

for (const [name, table] of Object.entries(cases))
  test(`judge: ${name}`, () => {
    compare(rows<Name>(table), expected, (row) => verdict(judged(row)));
  });

test('judge: a column that could not be read makes the figures a bound', () => {
  compare(
    rows<Name>(cases.unknown).filter(({ at }) => / [tf]$/.test(at)),
    ({ state }) => /^(?:behind|unknown)/.test(state),
    (row) => judged(row).partial,
  );
  compare(
    rows<Name>(cases.oneByOne),
    () => false,
    (row) => judged(row).partial,
  );
});

test('judge: a margin that does not fit is said to be too large', () => {
  compare(
    rows<Case | 'is'>(`
      sequence | at | stored | is
      int margin 33 max 50 | 3 t | int 16 | fits
      int margin 34 max 50 | 3 t | int 16 | too large
      int margin 33 max 50 | 20 t | int 16 | fits
      int margin 34 max 50 | 20 t | int 16 | too large
      int margin 4 max 50 | 20 t | int 16 | fits
      int margin 5 max 50 | 50 f | int 49 | too large
      int margin 5 max 50 | 50 f | int 45 | too large
      int margin 5 max 50 | 50 f | int 44 | fits
      int margin 10 max 50 | 3 t | int 50 | too large
      int margin 100 max 50 | 3 t | int | fits
      int margin 100 max 50 | 50 t | int 7 | fits
      int margin 0 max 50 | 3 t | int 50 | fits
      int by 50 margin 800 max 1000 | 101 f | int@below 101 | fits
      int by 50 margin 801 max 1000 | 101 f | int@below 101 | too large
      int by -1 margin 34 min -50 | -3 t | int -16 | too large
    `),
    ({ is }) => is === 'too large',
    (row) => judged(row).marginTooLarge,
  );
});

test('judge: used is the share of all values of the range that are not left', () => {
  compare(
    rows<Case | 'used'>(`
      sequence | at | stored | used
      int max 100 | 1 f | int | 0
      int max 100 | 50 t | int 1 | 0.5
      int max 100 | 99 t | int 1 | 0.99
      int max 100 | 100 t | int 1 | 1
      int max 100 | 3 t | int 90 | 0.9
      int max 100 | 3 t | int 99 | 0.99
      int max 100 | 50 t | int 100 | 0.5
      int max 100 | 50 t | none | 0.5
      int max 100 | 50 t | idle | 0.5
      int max 100 | 50 t | text | 0.5
      int max 100 | 50 t | int!lock | 0.5
      int min 51 max 100 | 75 t | int 1 | 0.5
      int by 10 max 100 | 41 f | int 1 | 0.4
      int by -1 min 1 max 100 | 26 t | int 50 | 0.75
      int by -1 min 1 max 100 | 100 f | int | 0
      int max 65534 | 32767 f | small 1 | 0.99996948
      int min 0 max 65534 | 16384 f | small 1 | 0.5
      int | 3 t | int 16 | 0.0000000074
      int | 32767 t | small 1 | 1
      big | 1 f | numeric(3,5) | 1
      big min -2^63 | 0 f | big | 0.5
      int | permission | int 1 | -
    `),
    ({ used }) => (used === '-' ? null : Number(used).toFixed(8)),
    (row) => judged(row).used?.toFixed(8) ?? null,
  );
});

// Columns read in parts, earlier than the position: what the sequence has passed since does not count
test('judge: a reading that is older than the position', () => {
  const reading = (values: Partial<ColumnReading>): ColumnReading => ({
    furthest: null,
    first: null,
    last: null,
    within: null,
    undecided: false,
    unread: null,
    ...values,
  });
  compare(
    rows<'at' | 'first' | 'last' | 'state' | 'taken' | 'after' | 'target'>(`
      at | first | last | state | taken | after | target
      3 t | 4 | 9 | behind | 4 | 0 | 10
      4 t | 4 | 9 | behind | 9 | 4 | 10
      8 t | 4 | 9 | behind | 9 | 0 | 10
      9 t | 4 | 9 | ok | - | - | -
      9 f | 4 | 9 | behind | 9 | 0 | 10
      20 t | 4 | 9 | ok | - | - | -
      3 t | - | 9 | behind | 9 | 5 | 10
    `),
    ({ state, taken, after, target }) => ({
      state,
      collision: taken === '-' ? null : { value: integer(taken), after: integer(after) },
      target: integer(target),
    }),
    (row) => {
      const { sequence, position } = stored({ sequence: 'int', at: row.at, stored: 'int' });
      const last = integer(row.last);
      const columns = [reading({ furthest: last, first: integer(row.first), last, within: last })];
      const measurement = { position, unreadable: null, detail: null, replaced: false, columns };
      const { state, collision, target } = judge(sequence, measurement);
      return { state, collision, target };
    },
  );
});

test('judge: queryOptions twice for the same margin moves nothing the second time', () => {
  for (const row of rows<Name>(cases.margins)) {
    const { target } = judged(row);
    if (target === null) continue;
    const again = judged({ ...row, at: `${target} f` });
    assert.deepEqual([again.state, again.target], [row.stored.includes('!') ? 'unknown' : 'ok', null], row.sequence);
  }
});
