import { test } from 'node:test';
import {
  callsLeft,
  columnRange,
  firstBeyond,
  nextValue,
  type Range,
  upward,
  within,
} from '../../../src/core/model/sequence.ts';
import { compare, integer, position, rows, sum } from '../cases/read.ts';
import { stored } from '../cases/stored.ts';

/** Reads `1..100`; `-` alone is null. */
function range(text: string): Range | null {
  if (text === '-') return null;
  const [from = '', to = ''] = text.split('..');
  return { from: sum(from), to: sum(to) };
}

const sequenceOf = (sequence: string): ReturnType<typeof stored>['sequence'] =>
  stored({ sequence, at: '1 f', stored: 'none' }).sequence;

test('nextValue: what nextval() would return', () => {
  compare(
    rows<'sequence' | 'at' | 'next'>(`
      sequence | at | next
      int | 1 f | 1
      int | 1 t | 2
      int | 7 f | 7
      int | 7 t | 8
      int | 2147483646 t | 2147483647
      int | 2147483647 f | 2147483647
      int | 2147483647 t | -
      small | 32766 t | 32767
      small | 32767 t | -
      big | 2^63-2 t | 2^63-1
      big | 2^63-1 f | 2^63-1
      big | 2^63-1 t | -
      big min -2^63 | -2^63 f | -2^63
      big min -2^63 | -2^63 t | -2^63+1
      int min -5 | -1 t | 0
      int min 0 | 0 f | 0
      int max 100 | 99 t | 100
      int max 100 | 100 f | 100
      int max 100 | 100 t | -
      int by 10 max 100 | 80 t | 90
      int by 10 max 100 | 90 t | 100
      int by 10 max 100 | 91 t | -
      int by 10 max 100 | 100 f | 100
      int by 200 max 100 | 1 f | 1
      int by 200 max 100 | 1 t | -
      big by 2^63-1 | 1 t | -
      big by 2^63-1 min 0 | 0 t | 2^63-1
      int by -1 | -1 f | -1
      int by -1 | -1 t | -2
      int by -1 | -2147483647 t | -2147483648
      int by -1 | -2147483648 f | -2147483648
      int by -1 | -2147483648 t | -
      int by -1 min 1 max 100 | 2 t | 1
      int by -1 min 1 max 100 | 1 t | -
      int by -10 min 0 max 100 | 10 t | 0
      int by -10 min 1 max 100 | 10 t | -
      big by -1 | -2^63+1 t | -2^63
      big by -1 | -2^63 t | -
      big by -2^63 max 2^63-1 | 2^63-1 t | -1
      big by -2^63 max 2^63-1 | -1 t | -
      int cycle | 3 t | 4
      int cycle | 2147483647 f | 2147483647
      int cycle | 2147483647 t | 1
      int cycle min 5 max 7 | 7 t | 5
      int cycle min 5 max 7 | 6 t | 7
      int cycle start 6 min 5 max 7 | 7 t | 5
      int cycle by 2 min 5 max 8 | 7 t | 5
      int cycle by -1 min 5 max 7 | 5 t | 7
      int cycle by -1 min 5 max 7 | 6 t | 5
      int cycle by -2 min 5 max 8 | 6 t | 8
      big cycle | 2^63-1 t | 1
      big cycle by -1 | -2^63 t | -1
    `),
    ({ next }) => integer(next),
    (row) => nextValue(sequenceOf(row.sequence), position(row.at)),
  );
});

test('upward: a descending sequence is turned, and its bounds are those of the tightest column', () => {
  compare(
    rows<'sequence' | 'columns' | 'step' | 'range' | 'five'>(`
      sequence | columns | step | range | five
      int | | 1 | 1..2147483647 | 5
      int by 7 | | 7 | 1..2147483647 | 5
      int min 10 max 20 | | 1 | 10..20 | 5
      int min 10 max 20 | 0..30 | 1 | 10..20 | 5
      int min 10 max 20 | 0..15 | 1 | 10..15 | 5
      int min 10 max 20 | 15..30 | 1 | 15..20 | 5
      int min 10 max 20 | 12..30 0..18 | 1 | 12..18 | 5
      int min 10 max 20 | 12..30 14..40 | 1 | 14..20 | 5
      int min 10 max 20 | 0..18 0..16 0..17 | 1 | 10..16 | 5
      int min 10 max 20 | 30..40 | 1 | 30..20 | 5
      int by -1 | | 1 | 1..2147483648 | -5
      int by -7 min 10 max 20 | | 7 | -20..-10 | -5
      int by -1 min 10 max 20 | 0..15 | 1 | -15..-10 | -5
      int by -1 min 10 max 20 | 15..30 | 1 | -20..-15 | -5
      big by -2^63 | | 2^63 | 1..2^63 | -5
      big min -2^63 | -2^53..2^53 | 1 | -2^53..2^53 | 5
    `),
    (row) => ({ step: sum(row.step), range: range(row.range), five: sum(row.five), back: 5n }),
    (row) => {
      const columns = row.columns.split(' ').flatMap((text) => (text === '' ? [] : [range(text) as Range]));
      const { step, range: turned, up, back } = upward(sequenceOf(row.sequence), columns);
      return { step, range: turned, five: up(5n), back: back(up(5n)) };
    },
  );
});

test('within: both ends are', () => {
  compare(
    rows<'range' | 'value' | 'is'>(`
      range | value | is
      1..100 | 0 | no
      1..100 | 1 | yes
      1..100 | 50 | yes
      1..100 | 100 | yes
      1..100 | 101 | no
      7..7 | 7 | yes
      7..6 | 7 | no
      7..6 | 6 | no
      -5..-1 | -5 | yes
      -5..-1 | 0 | no
      -2^63..2^63-1 | 2^63 | no
      -2^63..2^63-1 | -2^63 | yes
    `),
    ({ is }) => is === 'yes',
    (row) => within(range(row.range) as Range, sum(row.value)),
  );
});

test('firstBeyond: the smallest value of the progression beyond another', () => {
  compare(
    rows<'next' | 'step' | 'beyond' | 'range' | 'first'>(`
      next | step | beyond | range | first
      4 | 1 | 16 | 1..100 | 17
      4 | 1 | 4 | 1..100 | 5
      4 | 1 | 3 | 1..100 | 4
      4 | 1 | 2 | 1..100 | 4
      4 | 1 | -9 | 1..100 | 4
      4 | 1 | 98 | 1..100 | 99
      4 | 1 | 99 | 1..100 | 100
      4 | 1 | 100 | 1..100 | -
      4 | 1 | 2^70 | 1..100 | -
      101 | 1 | 3 | 1..100 | -
      0 | 1 | -9 | 1..100 | -
      1 | 10 | 0 | 1..100 | 1
      1 | 10 | 1 | 1..100 | 11
      1 | 10 | 10 | 1..100 | 11
      1 | 10 | 11 | 1..100 | 21
      1 | 10 | 20 | 1..100 | 21
      1 | 10 | 21 | 1..100 | 31
      1 | 10 | 89 | 1..100 | 91
      1 | 10 | 90 | 1..100 | 91
      1 | 10 | 91 | 1..100 | -
      1 | 10 | 91 | 1..101 | 101
      7 | 10 | 16 | 1..100 | 17
      7 | 10 | 17 | 1..100 | 27
      -9 | 10 | -9 | -9..100 | 1
      -9 | 10 | -10 | -9..100 | -9
      -9 | 10 | 0 | -9..100 | 1
      -9 | 10 | 1 | -9..100 | 11
      1 | 2^62 | 1 | 1..2^63-1 | 2^62+1
      1 | 2^62 | 2^62+1 | 1..2^63-1 | -
      2^63-2 | 1 | 2^63-2 | 1..2^63-1 | 2^63-1
      2^63-1 | 1 | 2^63-1 | 1..2^63-1 | -
    `),
    ({ first }) => integer(first),
    ({ next, step, beyond, range: text }) => firstBeyond(sum(next), sum(step), sum(beyond), range(text) as Range),
  );
});

test('callsLeft: the values of the progression from one to another', () => {
  compare(
    rows<'from' | 'to' | 'step' | 'calls'>(`
      from | to | step | calls
      1 | 100 | 1 | 100
      100 | 100 | 1 | 1
      101 | 100 | 1 | 0
      2^70 | 100 | 1 | 0
      1 | 100 | 10 | 10
      1 | 91 | 10 | 10
      1 | 90 | 10 | 9
      1 | 10 | 10 | 1
      1 | 11 | 10 | 2
      92 | 100 | 10 | 1
      -10 | 10 | 5 | 5
      -100 | -1 | 1 | 100
      1 | 2^63-1 | 1 | 2^63-1
      -2^63 | 2^63-1 | 1 | 2^64
      1 | 2^63 | 2^63 | 1
      0 | 2^63-1 | 2^63-1 | 2
    `),
    ({ calls }) => sum(calls),
    ({ from, to, step }) => callsLeft(sum(from), sum(to), sum(step)),
  );
});

test('columnRange: what a type holds exactly', () => {
  // The typmod of numeric(p,s) is p × 65536 + s + 4, with the scale in eleven bits
  compare(
    rows<'type' | 'typmod' | 'range'>(`
      type | typmod | range
      smallint | -1 | -32768..32767
      integer | -1 | -2147483648..2147483647
      bigint | -1 | -9223372036854775808..9223372036854775807
      real | -1 | -16777216..16777216
      double precision | -1 | -9007199254740992..9007199254740992
      numeric | -1 | -10^20..10^20
      numeric | 65540 | -9..9
      numeric | 327684 | -99999..99999
      numeric | 327686 | -999..999
      numeric | 327689 | 0..0
      numeric | 196617 | 0..0
      numeric | 1179652 | -10^18+1..10^18-1
      numeric | 1245188 | -10^19+1..10^19-1
      numeric | 65536004 | -10^1000+1..10^1000-1
      numeric | 133121 | -
      numeric | 133123 | -
      text | -1 | -
      character varying | 36 | -
      uuid | -1 | -
      money | -1 | -
      date | -1 | -
      boolean | -1 | -
    `),
    (row) => range(row.range),
    ({ type, typmod }) => columnRange(type, Number(typmod)),
  );
});
