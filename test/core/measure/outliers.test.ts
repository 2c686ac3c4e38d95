import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../../src/core/model/judge.ts';
import { isLongJump, outliers } from '../../../src/core/measure/outliers.ts';
import type { ReadOptions } from '../../../src/core/measure/batches.ts';
import type { Queryable } from '../../../src/pg/queryable.ts';
import { compare, rows, sum } from '../cases/read.ts';
import { measurementOf, type Stored, stored } from '../cases/stored.ts';

test('isLongJump: more than its share of what remains, or across 2^53', () => {
  compare(
    rows<'sequence' | 'columns' | 'next' | 'target' | 'most' | 'is'>(`
      sequence | columns | next | target | most | is
      int max 100 | int | 1 | 2 | 50 | short
      int max 100 | int | 1 | 51 | 50 | short
      int max 100 | int | 1 | 52 | 50 | long
      int max 100 | int | 1 | 100 | 50 | long
      int max 100 | int | 51 | 76 | 50 | short
      int max 100 | int | 51 | 77 | 50 | long
      int max 100 | int | 99 | 100 | 50 | short
      int max 101 | int | 1 | 51 | 50 | short
      int max 101 | int | 1 | 52 | 50 | long
      int max 100 | int | 1 | 2 | 0 | long
      int max 100 | int | 1 | 2 | 1 | short
      int max 100 | int | 1 | 3 | 1 | long
      int max 100 | int | 1 | 91 | 90 | short
      int max 100 | int | 1 | 92 | 90 | long
      int max 100 | int | 1 | 100 | 99 | short
      int max 1000 | int | 1 | 996 | 99.5 | short
      int max 1000 | int | 1 | 997 | 99.5 | long
      int max 100 | int | 1 | 100 | 100 | short
      int max 100 | int | 100 | 100 | 50 | short
      -- counted in calls
      int by 10 max 100 | int | 1 | 51 | 50 | short
      int by 10 max 100 | int | 1 | 61 | 50 | long
      int by 50 max 1000 | int@below | 101 | 551 | 50 | short
      int by 50 max 1000 | int@below | 101 | 601 | 50 | long
      int by -1 min 1 max 100 | int | 100 | 50 | 50 | short
      int by -1 min 1 max 100 | int | 100 | 49 | 50 | long
      int by -10 min 1 max 100 | int | 100 | 50 | 50 | short
      int by -10 min 1 max 100 | int | 100 | 40 | 50 | long
      -- to the tighter end
      int | small | 1 | 16384 | 50 | short
      int | small | 1 | 16385 | 50 | long
      int | small; int | 1 | 16385 | 50 | long
      int | int | 1 | 16385 | 50 | short
      int | int | 1 | 2^30 | 50 | short
      int | int | 1 | 2^30+1 | 50 | long
      int | view:small; int | 1 | 16385 | 50 | short
      -- from below 2^53 to beyond it, however much remains
      big | big | 1 | 2^53-1 | 50 | short
      big | big | 1 | 2^53+1 | 50 | long
      big | big | 2^53-1 | 2^53+1 | 50 | long
      big | big | 2^53 | 2^53+1 | 50 | short
      big | big | 2^53+5 | 2^60 | 50 | short
      big | big | 2^53+5 | 2^63-1 | 50 | long
      big | big | 1 | 2^53+1 | 99 | long
      big | big | 1 | 2^53+1 | 100 | short
      big by 1000 | big | 2^53-1 | 2^53+999 | 50 | long
      big by -1 | big | -1 | -2^53+1 | 50 | short
      big by -1 | big | -1 | -2^53-1 | 50 | long
      big by -1 | big | -2^53-1 | -2^60 | 50 | short
      big by -1 max 2^63-1 min -2^63 | big | 2^60 | 2^53 | 50 | short
    `),
    ({ is }) => is === 'long',
    ({ sequence, columns, next, target, most }) => {
      const found = stored({ sequence, at: '1 f', stored: columns });
      return isLongJump(found.sequence, sum(next), sum(target), Number(most));
    },
  );
});

const literal = String.raw`\(?'(-?\d+)'`;
/** The one question that is asked here: `between` of src/pg/query/measurement-sql.ts. */
const question = new RegExp(
  String.raw`from only "public"\."t(\d+)".*? operator\(pg_catalog\.>=\) ${literal}.*? operator\(pg_catalog\.<=\) ${literal}(.*?) limit (\d+)\)`,
  'gs',
);

/** A session that answers that question from the values of the row. */
function answering({ columns }: Stored): Queryable {
  return {
    host: null,
    port: null,
    transaction(statements) {
      const found = [...(statements.at(-1) ?? '').matchAll(question)].map(([, table, from, to, rest = '', limit]) => {
        const column = columns[Number(table)];
        if (column === undefined || column.unread !== null)
          throw Object.assign(new Error('permission denied'), { code: '42501' });
        const [, next = '0', step = '1'] = /- *.*?'(-?\d+)'.*? operator\(pg_catalog\.%\) (\d+)/s.exec(rest) ?? [];
        const values = column.values
          .filter(({ floor, whole }) => whole && floor >= sum(from ?? '') && floor <= sum(to ?? ''))
          .map(({ floor }) => floor)
          .filter((value) => (value - sum(next)) % sum(step) === 0n);
        return values.length === 0 ? '1 ' : `1 ${values.slice(0, Number(limit)).join(',')}`;
      });
      return Promise.resolve([found]);
    },
  };
}

function reading(found: Stored): ReadOptions {
  return {
    sessions: [answering(found)],
    queryOptions: { statementTimeout: 0, lockTimeout: 0, role: undefined, signal: undefined },
    lockBudget: 100,
    serverVersion: 180000,
    ownPath: [],
    trust: { trustOwners: true, readForeign: false },
  };
}

async function lone(row: Readonly<Record<'sequence' | 'at' | 'stored' | 'most', string>>): Promise<string> {
  const found = stored(row);
  const measurement = measurementOf(found);
  const judgement = judge(found.sequence, measurement);
  const held = await outliers([{ sequence: found.sequence, measurement, judgement }], Number(row.most), reading(found));
  const values = held.get('1');
  assert.equal(held.size, values === undefined ? 0 : 1);
  if (values === undefined) return 'moves';
  return values.length === 0 ? 'held' : `held by ${values.toSorted((a, b) => (a < b ? -1 : 1)).join(' ')}`;
}

test('outliers: at most ten stored values in the last half of a long jump', async () => {
  const table = rows<'sequence' | 'at' | 'stored' | 'most' | 'is'>(`
    sequence | at | stored | most | is
    int | 3 t | int 1 2 3 2000000000 | 50 | held by 2000000000
    int | 500 t | int 1..500 2000000501 | 50 | held by 2000000501
    int | 3 t | int 1 2 3 2000000000 | 100 | moves
    int | 3 t | int 1 2 3 2000000000 | 99 | moves
    int | 3 t | int 16 | 50 | moves
    int | 16 t | int 16 | 50 | moves
    int | 1 f | int | 50 | moves
    int max 100 | 1 f | int 100 | 50 | moves
    int max 100 | 1 f | int 50 | 50 | moves
    int max 100 | 1 f | int 51 | 50 | held by 51
    int max 100 | 1 f | int 50 | 49 | held by 50
    -- ten are accidents, eleven are the table's real end
    int max 1000 | 1 f | int 900..909 | 50 | held by 900 901 902 903 904 905 906 907 908 909
    int max 1000 | 1 f | int 900..910 | 50 | moves
    int max 1000 | 1 f | int 1..400 900..909 | 50 | held by 900 901 902 903 904 905 906 907 908 909
    int max 1000 | 1 f | int 600..900 | 50 | moves
    int max 1000 | 1 f | int 900 900 900 900 900 900 900 900 900 900 900 | 50 | moves
    -- from 1 to 901: the last half begins with 451
    int max 1000 | 1 f | int 450 891..900 | 50 | held by 891 892 893 894 895 896 897 898 899 900
    int max 1000 | 1 f | int 451 891..900 | 50 | moves
    int max 1000 | 1 f | int 451 892..900 | 50 | held by 451 892 893 894 895 896 897 898 899 900
    int max 1000 | 1 f | int 450 900 | 50 | held by 900
    -- beyond 2^53
    big | 5 t | big 1..5 2^60 | 50 | held by 1152921504606846976
    big | 5 t | big 1..5 2^60 | 100 | moves
    big | 5 t | big 2^60..2^60+9 | 100 | moves
    big | 5 t | big 2^60..2^60+10 | 50 | moves
    big | 2^53 t | big 2^60 | 50 | moves
    big | 5 t | big 2^52 | 50 | moves
    -- what the sequence never hands out does not count
    int by 10 max 10000 | 1 f | int 9001..9015 | 50 | held by 9001 9011
    int by 10 max 10000 | 1 f | int 9002..9010 | 50 | moves
    int max 1000 | 1 f | int 900 2000..2020 | 50 | held by 900
    int max 1000 | 1 f | numeric 900 899.1 899.2 899.3 899.4 899.5 899.6 899.7 899.8 899.9 898.1 898.2 | 50 | held by 900
    -- of a block every id does
    int by 50 max 10000 | 1 f | int@above 9001..9015 | 50 | moves
    int by 50 max 10000 | 1 f | int@above 9001 9007 | 50 | held by 9001 9007
    int by 50 max 10000 | 1 f | int@below 9001 9007 | 50 | held by 9001 9007
    int by 50 max 10000 | 1 f | int@single 9001..9015 | 50 | held by 9001
    -- 901 stands for 852 to 901, and the jump from 851 to 951 ends with it
    int by 50 max 1000 | 851 f | int@below 860 | 50 | held by 860
    int by 50 max 1000 | 851 f | int@below 852..862 | 50 | moves
    int by 50 max 1000 | 851 f | int@below 820 860 | 50 | held by 860
    int by 50 max 1000 | 851 f | int@? 820 901 | 50 | held by 901
    int by 50 max 1000 | 851 f | int@above 910 | 50 | held by 910
    int by -50 min -1000 | -851 f | int@below -860 | 50 | held by -860
    int by -50 min -1000 | -851 f | int@below -862..-852 | 50 | moves
    -- all columns together
    int max 1000 | 1 f | int 900..904; int 905..909 | 50 | held by 900 901 902 903 904 905 906 907 908 909
    int max 1000 | 1 f | int 900..904; int 905..910 | 50 | moves
    int max 1000 | 1 f | int 1..5; int 900 | 50 | held by 900
    int max 1000 | 1 f | int 900; text | 50 | held by 900
    -- counting down
    int by -1 min -1000 | -1 f | int -900 | 50 | held by -900
    int by -1 min -1000 | -1 f | int -910..-900 | 50 | moves
    int by -1 min -1000 | -1 f | int -451 -900..-891 | 50 | moves
    int by -1 min -1000 | -1 f | int -450 -900 | 50 | held by -900
    -- what could not be counted holds it back too
    int max 1000 | 1 f | int!permission 900 | 50 | held
  `);
  const found = new Map<string, string>();
  for (const row of table) found.set(JSON.stringify(row), await lone(row));
  compare(
    table,
    ({ is }) => is,
    (row) => found.get(JSON.stringify(row)),
  );
});

test('outliers: several sequences, each by its oid', async () => {
  const held = stored({ sequence: 'int', at: '3 t', stored: 'int 2000000000' });
  const moved = stored({ sequence: 'int', at: '3 t', stored: 'int 16' });
  const judged = [held, moved].map((one, i) => {
    const sequence = { ...one.sequence, oid: String(i + 7) };
    const measurement = measurementOf(one);
    return { sequence, measurement, judgement: judge(sequence, measurement) };
  });
  const found = await outliers(judged, 50, reading(held));
  assert.deepEqual([...found], [['7', [2000000000n]]]);
});
