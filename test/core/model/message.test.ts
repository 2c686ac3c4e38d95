import { test } from 'node:test';
import { judge } from '../../../src/core/model/judge.ts';
import { messageOf, succeeding } from '../../../src/core/model/message.ts';
import { compare, rows } from '../cases/read.ts';
import { measurementOf, stored } from '../cases/stored.ts';

test('messageOf: what a state comes to', () => {
  compare(
    rows<'sequence' | 'at' | 'stored' | 'message'>(`
      sequence | at | stored | message
      int | 3 t | int 16 | public.s will hand out 4, but public.t0.id already reaches 16
      int | 3 t | int 9; int 16 | public.s will hand out 4, but public.t1.id already reaches 16
      int | 3 t | int 16; int 9 | public.s will hand out 4, but public.t0.id already reaches 16
      int | 3 t | int 16; int!lock | public.s will hand out 4, but public.t0.id already reaches 16
      int max 100 | 98 t | int 100 | public.s will hand out 99, but public.t0.id already reaches 100
      int by -1 | -3 t | int -7 | public.s will hand out -4, but public.t0.id already reaches -7
      big | 2^53 t | big 2^53+1 | public.s will hand out 9007199254740993, but public.t0.id already reaches 9007199254740993
      int by 10 | 1 f | int 11 | public.s will hand out 1, but public.t0.id already reaches 11
      -- a block
      int by 50 | 101 f | int@below 60 | public.s will hand out 101 for the ids 52 to 101, but public.t0.id already reaches 60
      int by 50 | 101 f | int@above 160 | public.s will hand out 101 for the ids 101 to 150, but public.t0.id already reaches 160
      int by 50 | 101 f | int@single 151 | public.s will hand out 101, but public.t0.id already reaches 151
      int by 50 | 101 f | int@? 101 | public.s will hand out 101, but public.t0.id already reaches 101
      int by -50 | -101 f | int@below -60 | public.s will hand out -101 for the ids -101 to -52, but public.t0.id already reaches -60
      int by -50 | -101 f | int@above -150 | public.s will hand out -101 for the ids -150 to -101, but public.t0.id already reaches -150
      -- the others
      int | 3 t | int 3 | public.s will hand out 4; public.t0.id reaches 3
      int | 3 t | int 1; int 3 | public.s will hand out 4; public.t1.id reaches 3
      int | 3 t | int | public.s will hand out 4; public.t0.id is empty
      int | 3 t | none | public.s feeds no column that the catalogs know
      int | 3 t | idle | public.s is owned by public.t.id, which takes its values from elsewhere
      int | 3 t | text | public.s cannot be compared with public.t0.id: text-column
      int | 3 t | view:int | public.s cannot be compared with public.t0.id: view
      int | permission | int 1 | public.s could not be judged: permission
      int | 3 t | int 2; int!timeout | public.s could not be judged: timeout
      int | 32767 t | small 1 | public.s will hand out 32768, which public.t0.id (smallint) cannot hold, although the ids of public.t0.id reach only 1
      int | 32767 t | int 5; small 1 | public.s will hand out 32768, which public.t1.id (smallint) cannot hold, although the ids of public.t0.id reach only 5
      int by -1 | -32768 t | small -1 | public.s will hand out -32769, which public.t0.id (smallint) cannot hold, although the ids of public.t0.id reach only -1
      big | 999 t | numeric(5,2) 1 | public.s will hand out 1000, which public.t0.id (numeric(5,2)) cannot hold, although the ids of public.t0.id reach only 1
    `),
    ({ message }) => message,
    (row) => {
      const found = stored(row);
      const measurement = measurementOf(found);
      return messageOf(found.sequence, measurement, judge(found.sequence, measurement));
    },
  );
});

test('succeeding: inserts where a call is one, calls where a value stands for a block of ids', () => {
  compare(
    rows<'sequence' | 'at' | 'stored' | 'after' | 'words'>(`
      sequence | at | stored | after | words
      int | 1 f | int 16 | 1 | 1 more insert succeeds
      int | 1 f | int 16 | 12 | 12 more inserts succeed
      int by 10 | 1 f | int 16 | 2 | 2 more inserts succeed
      int by 50 | 1 f | int@single 60 | 3 | 3 more inserts succeed
      int by 50 | 1 f | int@below 60 | 3 | 3 more calls of nextval are for blocks of 50 free ids
      int by -50 | -1 f | int@above -60 | 1 | 1 more call of nextval is for a block of 50 free ids
      int by 50 | 1 f | int@? 60 | 2 | 2 more calls of nextval are for blocks of 50 free ids
    `),
    ({ words }) => words,
    (row) => succeeding(stored(row).sequence, BigInt(row.after)),
  );
});
