import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../../src/core/model/judge.ts';
import type { Assessment } from '../../../src/core/model/assessed.ts';
import type { FixOptions } from '../../../src/core/model/options.ts';
import { planMoves } from '../../../src/core/move/plan.ts';
import { Problem } from '../../../src/problem.ts';
import { compare, rows, sum } from '../cases/read.ts';
import { measurementOf, stored } from '../cases/stored.ts';

type Case = 'sequence' | 'at' | 'stored' | 'options';

function looked(row: Readonly<Record<Exclude<Case, 'options'>, string>>, isOutlier = false): Assessment {
  const found = stored(row);
  const measurement = measurementOf(found);
  const judgement = judge(found.sequence, measurement, found.margin);
  return { sequence: found.sequence, measurement, judgement, outliers: isOutlier ? [99n] : null };
}

/** Reads `to 50`, `floor 30`, `method lock`, and `outlier`: lone ids hold it back. */
function optionsOf(text: string): Pick<FixOptions, 'method' | 'to' | 'floors'> {
  const [, to] = /\bto (\S+)/.exec(text) ?? [];
  const [, floor] = /\bfloor (\S+)/.exec(text) ?? [];
  const [, method] = /\bmethod (\S+)/.exec(text) ?? [];
  return {
    ...(to === undefined ? {} : { to: sum(to) }),
    ...(floor === undefined ? {} : { floors: new Map([['public.s', sum(floor)]]) }),
    ...(method === undefined ? {} : { method: method as 'step' | 'lock' | 'auto' }),
  };
}

function moves(row: Readonly<Record<Case, string>>): unknown {
  const one = looked(row, row.options.includes('outlier'));
  const move = planMoves([one], optionsOf(row.options)).get('1');
  return move === undefined ? null : { target: move.target, steps: move.steps, method: move.method };
}

const expected = (row: Readonly<Record<'target' | 'steps' | 'method', string>>): unknown =>
  row.target === '-'
    ? null
    : { target: sum(row.target), steps: sum(row.steps), method: row.method === 'none' ? null : row.method };

/** A table without its head. */
function compareMoves(table: string): void {
  const head = 'sequence | at | stored | options | target | steps | method';
  compare(rows<Case | 'target' | 'steps' | 'method'>(`${head}\n${table}`), expected, moves);
}

test('planMoves: what is behind moves to its target, and nothing else moves', () => {
  compareMoves(`
    int | 3 t | int 16 | | 17 | 13 | step
    int | 3 t | int 4 | | 5 | 1 | step
    int | 16 t | int 16 | | - | - | -
    int | 20 t | int 16 | | - | - | -
    int | 3 t | int | | - | - | -
    int | 3 t | text | | - | - | -
    int | 3 t | none | | - | - | -
    int | 3 t | idle | | - | - | -
    int | permission | int 16 | | - | - | -
    int | 3 t | int 2; int!lock | | - | - | -
    int | 3 t | int 16; int!lock | | 17 | 13 | step
    int max 100 | 100 t | int 5 | | - | - | -
    int | 32767 t | small 5 | | - | - | -
    int max 100 | 98 t | int 100 | | - | - | -
    int max 100 | 98 t | int 99 | | 100 | 1 | step
    int by 10 | 1 f | int 1..25 | | 31 | 3 | step
    int by 10 | 1 f | int 2..9 | | - | - | -
    int by -1 | -3 t | int -7 | | -8 | 4 | step
    int by -10 min 1 max 100 | 100 f | int 90 | | 80 | 2 | step
    int by 50 max 1000 | 101 f | int@below 102 | | 201 | 2 | step
    big | 2^53 t | big 2^53+1 | | 2^53+2 | 1 | step
    big by -1 | -1 f | big -2^40 | method lock | -2^40-1 | 2^40 | lock
    int margin 100 | 3 t | int 16 | | 117 | 113 | step
    int margin 100 | 16 t | int 16 | | 117 | 100 | step
    int margin 100 | 116 t | int 16 | | - | - | -
    int | 3 t | int 16 | outlier | - | - | -
    int margin 100 | 3 t | int 16 | outlier | - | - | -
  `);
});

test('planMoves: how it moves', () => {
  compareMoves(`
    int | 3 t | int 16 | method auto | 17 | 13 | step
    int | 3 t | int 16 | method step | 17 | 13 | step
    int | 3 t | int 16 | method lock | 17 | 13 | lock
    int cache 20 | 3 t | int 16 | | 17 | 13 | lock
    int cache 20 | 3 t | int 16 | method step | 17 | 13 | step
    int no-owner | 3 t | int 16 | | 17 | 13 | step
    int no-owner cache 20 | 3 t | int 16 | | 17 | 13 | step
    int no-owner | 3 t | int 16 | method lock | 17 | 13 | none
    int no-usage | 3 t | int 16 | | 17 | 13 | lock
    int no-usage | 3 t | int 16 | method step | 17 | 13 | none
    int no-usage no-owner | 3 t | int 16 | | 17 | 13 | none
    -- a million calls are quick, more are not
    int | 3 t | int 1000003 | | 1000004 | 1000000 | step
    int | 3 t | int 1000004 | | 1000005 | 1000001 | lock
    int no-owner | 3 t | int 1000004 | | 1000005 | 1000001 | step
    int by 10 | 1 f | int 9999991 | | 10000001 | 1000000 | step
    int by 10 | 1 f | int 10000001 | | 10000011 | 1000001 | lock
    int by -1 | -3 t | int -1000004 | | -1000005 | 1000001 | lock
  `);
});

test('planMoves: a floor, where it stood or will be wanted', () => {
  compareMoves(`
    int | 3 t | int 16 | floor 10 | 17 | 13 | step
    int | 3 t | int 16 | floor 17 | 17 | 13 | step
    int | 3 t | int 16 | floor 18 | 18 | 14 | step
    int | 3 t | int 16 | floor 30 | 30 | 26 | step
    int | 20 t | int 16 | floor 10 | - | - | -
    int | 20 t | int 16 | floor 21 | - | - | -
    int | 20 t | int 16 | floor 22 | 22 | 1 | step
    int | 3 t | int | floor 30 | 30 | 26 | step
    int | 3 t | int 2; int!lock | floor 30 | 30 | 26 | step
    int | 3 t | int 16 | outlier floor 10 | 10 | 6 | step
    int | 3 t | int 16 | outlier floor 4 | - | - | -
    int | permission | int 16 | floor 30 | - | - | -
    int max 100 | 20 t | int 16 | floor 100 | 100 | 79 | step
    int max 100 | 20 t | int 16 | floor 101 | - | - | -
    int max 100 | 3 t | int 16 | floor 101 | 17 | 13 | step
    int max 100 | 100 t | int 16 | floor 100 | - | - | -
    int | 3 t | small 5 | floor 32767 | 32767 | 32763 | step
    int | 3 t | small 5 | floor 32768 | 6 | 2 | step
    -- a cycle has no beyond
    int cycle | 3 t | int | floor 30 | - | - | -
    int cycle | 3 t | int 16 | floor 30 | 17 | 13 | step
    int by 10 max 100 | 1 f | int | floor 1 | - | - | -
    int by 10 max 100 | 1 f | int | floor 2 | 11 | 1 | step
    int by 10 max 100 | 1 f | int | floor 11 | 11 | 1 | step
    int by 10 max 100 | 1 f | int | floor 12 | 21 | 2 | step
    int by 10 max 100 | 1 f | int | floor 91 | 91 | 9 | step
    int by 10 max 100 | 1 f | int | floor 92 | - | - | -
    int by -1 | -3 t | int | floor -10 | -10 | 6 | step
    int by -1 | -3 t | int | floor -4 | - | - | -
    int by -1 | -3 t | int | floor 5 | - | - | -
    int by -1 | -3 t | int -7 | floor -6 | -8 | 4 | step
    int by -1 | -3 t | int -7 | floor -20 | -20 | 16 | step
  `);
});

test('planMoves: by hand, to a value', () => {
  compareMoves(`
    int | 3 t | int | to 50 | 50 | 46 | step
    int | 3 t | int | to 5 | 5 | 1 | step
    int | 3 t | int | to 4 | - | - | -
    int | 3 t | int | to 3 | - | - | -
    int | 3 t | int | to -9 | - | - | -
    int | 3 t | none | to 50 | 50 | 46 | step
    int | 3 t | text | to 50 | 50 | 46 | step
    int | 20 t | int 16 | to 50 | 50 | 29 | step
    int | 3 t | int 16 | to 10 | 10 | 6 | step
    int | 3 t | int 16 | to 50 | 50 | 46 | step
    int | 3 t | int 16 | outlier to 50 | 50 | 46 | step
    int | 3 t | int 16 | to 50 method lock | 50 | 46 | lock
    int max 100 | 20 t | int | to 100 | 100 | 79 | step
    int by 10 max 100 | 1 f | int | to 11 | 11 | 1 | step
    int by 10 max 100 | 1 f | int | to 12 | 21 | 2 | step
    int by 10 max 100 | 1 f | int | to 91 | 91 | 9 | step
    int by -1 | -3 t | int | to -10 | -10 | 6 | step
    int by -1 | -3 t | int | to -4 | - | - | -
    int by -1 | -3 t | int | to 5 | - | - | -
    int | 3 t | small 5 | to 32767 | 32767 | 32763 | step
  `);
});

test('planMoves: what cannot be done by hand is said', () => {
  compare(
    rows<Case | 'message'>(`
      sequence | at | stored | options | message
      int max 100 | 3 t | int | to 101 | --to 101: public.s cannot reach that: its values, and those of its columns, go from 1 to 100
      int by 10 max 100 | 1 f | int | to 92 | --to 92: public.s cannot reach that: its values, and those of its columns, go from 1 to 100
      int | 3 t | small | to 32768 | --to 32768: public.s cannot reach that: its values, and those of its columns, go from 1 to 32767
      int by -1 min 1 max 100 | 50 t | int | to 0 | --to 0: public.s cannot reach that: its values, and those of its columns, go from 100 to 1
      int max 100 | 100 t | int | to 100 | --to 100: public.s cannot be moved, because it has no known next value: exhausted
      int | permission | int | to 100 | --to 100: public.s cannot be moved, because it has no known next value: unknown
    `),
    ({ message }) => message,
    (row) => {
      try {
        return moves(row);
      } catch (error) {
        return error instanceof Problem ? error.message : error;
      }
    },
  );
  const one = looked({ sequence: 'int', at: '3 t', stored: 'int 16' });
  for (const many of [[], [one, one]])
    assert.throws(
      () => planMoves(many, { to: 50n }),
      new RegExp(`^Problem: --to 50: moves exactly one sequence, and ${many.length} are in scope`),
    );
});

test('planMoves: each sequence by its oid, each floor by its name', () => {
  const named = (name: string, at: string): Assessment => {
    const one = looked({ sequence: 'int', at, stored: 'int 16' });
    return { ...one, sequence: { ...one.sequence, oid: name, name: `public.${name}` } };
  };
  const planned = planMoves([named('a', '3 t'), named('b', '20 t'), named('c', '20 t'), named('d', '5 t')], {
    floors: new Map([
      ['public.c', 30n],
      ['public.x', 99n],
    ]),
  });
  assert.deepEqual(
    [...planned].map(([oid, { sequence, target, wanted }]) => [oid, sequence.name, target, wanted]),
    [
      ['a', 'public.a', 17n, 'auto'],
      ['c', 'public.c', 30n, 'auto'],
      ['d', 'public.d', 17n, 'auto'],
    ],
  );
});
