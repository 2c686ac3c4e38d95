import { test } from 'node:test';
import { judge } from '../../../src/core/model/judge.ts';
import { messageOf, succeeding } from '../../../src/core/model/message.ts';
import { compare, rows } from '../cases/read.ts';
import { measurementOf, stored } from '../cases/stored.ts';

test('messageOf: what a state comes to', () => {
  compare(
    rows<'sequence' | 'at' | 'stored' | 'message'>(`
      sequence | at | stored | message
      int | 3 t | int 16 | public.t0.id: the next id would be 4, but ids up to 16 exist (sequence public.s)
      int | 3 t | int 9; int 16 | public.t1.id: the next id would be 4, but ids up to 16 exist (sequence public.s)
      int | 3 t | int 16; int 9 | public.t0.id: the next id would be 4, but ids up to 16 exist (sequence public.s)
      int | 3 t | int 16; int!lock | public.t0.id: the next id would be 4, but ids up to 16 exist (sequence public.s)
      int max 100 | 98 t | int 100 | public.t0.id: the next id would be 99, but ids up to 100 exist (sequence public.s)
      int by -1 | -3 t | int -7 | public.t0.id: the next id would be -4, but ids down to -7 exist (sequence public.s)
      big | 2^53 t | big 2^53+1 | public.t0.id: the next id would be 9007199254740993, but ids up to 9007199254740993 exist (sequence public.s)
      int by 10 | 1 f | int 11 | public.t0.id: the next id would be 1, but ids up to 11 exist (sequence public.s)
      -- a block
      int by 50 | 101 f | int@below 60 | public.t0.id: the next id would be 101 (a block from 52 to 101), but ids up to 60 exist (sequence public.s)
      int by 50 | 101 f | int@above 160 | public.t0.id: the next id would be 101 (a block from 101 to 150), but ids up to 160 exist (sequence public.s)
      int by 50 | 101 f | int@single 151 | public.t0.id: the next id would be 101, but ids up to 151 exist (sequence public.s)
      int by 50 | 101 f | int@? 101 | public.t0.id: the next id would be 101, but ids up to 101 exist (sequence public.s)
      int by -50 | -101 f | int@below -60 | public.t0.id: the next id would be -101 (a block from -101 to -52), but ids down to -60 exist (sequence public.s)
      int by -50 | -101 f | int@above -150 | public.t0.id: the next id would be -101 (a block from -150 to -101), but ids down to -150 exist (sequence public.s)
      -- the others
      int | 3 t | int 3 | public.t0.id: the next id is 4, and ids up to 3 exist (sequence public.s)
      int | 3 t | int 1; int 3 | public.t1.id: the next id is 4, and ids up to 3 exist (sequence public.s)
      int | 3 t | int | public.t0.id: the next id is 4, and no ids exist (sequence public.s)
      int | 3 t | none | public.s feeds no column that the catalogs show
      int | 3 t | idle | public.s is owned by public.t.id, which takes its values from elsewhere
      int | 3 t | text | public.s cannot be compared with public.t0.id: text-column
      int | 3 t | view:int | public.s cannot be compared with public.t0.id: view
      int | permission | int 1 | public.s could not be judged: permission
      int | 3 t | int 2; int!timeout | public.s could not be judged: timeout
      int | 32767 t | small 1 | the next value of public.s is 32768, which public.t0.id (smallint) cannot hold, although the ids of public.t0.id end at 1
      int | 32767 t | int 5; small 1 | the next value of public.s is 32768, which public.t1.id (smallint) cannot hold, although the ids of public.t0.id end at 5
      int by -1 | -32768 t | small -1 | the next value of public.s is -32769, which public.t0.id (smallint) cannot hold, although the ids of public.t0.id end at -1
      big | 999 t | numeric(5,2) 1 | the next value of public.s is 1000, which public.t0.id (numeric(5,2)) cannot hold, although the ids of public.t0.id end at 1
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
      int by 50 | 1 f | int@below 60 | 3 | 3 more nextval calls return blocks of 50 free ids
      int by -50 | -1 f | int@above -60 | 1 | 1 more nextval call returns a block of 50 free ids
      int by 50 | 1 f | int@? 60 | 2 | 2 more nextval calls return blocks of 50 free ids
    `),
    ({ words }) => words,
    (row) => succeeding(stored(row).sequence, BigInt(row.after)),
  );
});
