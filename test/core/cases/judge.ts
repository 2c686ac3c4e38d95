/**
 * Cases for judge.test.ts, which judges them as they stand here, and judge-real.test.ts, which makes each in a PostgreSQL. What
 * is expected follows from the contract and was worked out by hand: `taken` and `after` are `collision`, `by` is `behindBy`, `left`
 * is `remaining`. `stored.ts` says how a case is written.
 */
const head = 'sequence | at | stored | state | next | furthest | taken | after | target | by | left';

const table = (text: string): string => `${head}\n${text}`;

export const oneByOne = table(`
  int | 3 t | int 1 2 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 1 f | int 1 2 3 | behind | 1 | 3 | 1 | 0 | 4 | 3 | 2147483644
  int | 1 t | int 1 2 3 | behind | 2 | 3 | 2 | 0 | 4 | 2 | 2147483644
  int | 2 t | int 1 2 3 | behind | 3 | 3 | 3 | 0 | 4 | 1 | 2147483644
  int | 3 t | int 1 2 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  int | 4 f | int 1 2 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  int | 3 f | int 1 2 3 | behind | 3 | 3 | 3 | 0 | 4 | 1 | 2147483644
  int | 100 t | int 1 2 3 | ok | 101 | 3 | - | - | - | - | 2147483547
  int | 1 f | int | empty | 1 | - | - | - | - | - | 2147483647
  int | 1 t | int | empty | 2 | - | - | - | - | - | 2147483646
  int | 41 t | int | empty | 42 | - | - | - | - | - | 2147483606
  int | 1 f | int 1 | behind | 1 | 1 | 1 | 0 | 2 | 1 | 2147483646
  int | 1 t | int 1 | ok | 2 | 1 | - | - | - | - | 2147483646
  int | 1 f | int 2 | behind | 1 | 2 | 2 | 1 | 3 | 2 | 2147483645
  int | 5 t | int 5 | ok | 6 | 5 | - | - | - | - | 2147483642
  int | 5 t | int 6 | behind | 6 | 6 | 6 | 0 | 7 | 1 | 2147483641
  int | 5 t | int 7 | behind | 6 | 7 | 7 | 1 | 8 | 2 | 2147483640
  int | 5 t | int 1 9 12 | behind | 6 | 12 | 9 | 3 | 13 | 7 | 2147483635
  int | 5 t | int 12 9 1 | behind | 6 | 12 | 9 | 3 | 13 | 7 | 2147483635
  int | 5 t | int 9 9 9 | behind | 6 | 9 | 9 | 3 | 10 | 4 | 2147483638
  int | 5 t | int 5 5 | ok | 6 | 5 | - | - | - | - | 2147483642
  int | 1 f | int 1..100 | behind | 1 | 100 | 1 | 0 | 101 | 100 | 2147483547
  int | 50 t | int 1..100 | behind | 51 | 100 | 51 | 0 | 101 | 50 | 2147483547
  int | 99 t | int 1..100 | behind | 100 | 100 | 100 | 0 | 101 | 1 | 2147483547
  int | 100 t | int 1..100 | ok | 101 | 100 | - | - | - | - | 2147483547
  int | 3 t | int null null | empty | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int null 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  int | 3 t | int null 4 | behind | 4 | 4 | 4 | 0 | 5 | 1 | 2147483643
  int start 1000 | 1000 f | int 1 2 3 | ok | 1000 | 3 | - | - | - | - | 2147482648
  int start 1000 | 1000 f | int 1 1000 | behind | 1000 | 1000 | 1000 | 0 | 1001 | 1 | 2147482647
  int start 1000 | 3 t | int 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  int cache 20 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int cache 20 | 20 t | int 16 | ok | 21 | 16 | - | - | - | - | 2147483627
  -- ids below zero
  int | 1 f | int -5 -1 0 | ok | 1 | 0 | - | - | - | - | 2147483647
  int | 1 f | int -7 | ok | 1 | -7 | - | - | - | - | 2147483647
  int | 3 t | int -7 5 | behind | 4 | 5 | 5 | 1 | 6 | 2 | 2147483642
  int min -10 | -10 f | int -10 -9 | behind | -10 | -9 | -10 | 0 | -8 | 2 | 2147483656
  int min -10 | -9 t | int -10 -9 | ok | -8 | -9 | - | - | - | - | 2147483656
  int min -10 | -8 t | int -10 -9 | ok | -7 | -9 | - | - | - | - | 2147483655
  int min -10 | -2 t | int 0 | behind | -1 | 0 | 0 | 1 | 1 | 2 | 2147483647
  int min -10 | -1 t | int 0 | behind | 0 | 0 | 0 | 0 | 1 | 1 | 2147483647
  int min -10 | -2 t | int -1 | behind | -1 | -1 | -1 | 0 | 0 | 1 | 2147483648
  int min -10 | 0 t | int 0 | ok | 1 | 0 | - | - | - | - | 2147483647
  int min 0 | 0 f | int 0 | behind | 0 | 0 | 0 | 0 | 1 | 1 | 2147483647
  int min 0 | 0 f | int -1 | ok | 0 | -1 | - | - | - | - | 2147483648
`);

export const bounds = table(`
  int max 100 | 98 t | int 1 | ok | 99 | 1 | - | - | - | - | 2
  int max 100 | 99 t | int 99 | ok | 100 | 99 | - | - | - | - | 1
  int max 100 | 100 f | int 99 | ok | 100 | 99 | - | - | - | - | 1
  int max 100 | 100 t | int 100 | exhausted limit | - | 100 | - | - | - | - | 0
  int max 100 | 100 t | int 7 | exhausted limit | - | 7 | - | - | - | - | 0
  int max 100 | 100 t | int | exhausted limit | - | - | - | - | - | - | 0
  int max 100 | 100 t | int 200 | exhausted limit | - | 200 | - | - | - | - | 0
  int max 100 | 100 f | int 100 | behind no-target | 100 | 100 | 100 | 0 | - | - | 1
  int max 100 | 99 t | int 100 | behind no-target | 100 | 100 | 100 | 0 | - | - | 1
  int max 100 | 98 t | int 100 | behind no-target | 99 | 100 | 100 | 1 | - | - | 2
  int max 100 | 98 t | int 99 | behind | 99 | 99 | 99 | 0 | 100 | 1 | 1
  int max 100 | 50 t | int 99 | behind | 51 | 99 | 99 | 48 | 100 | 49 | 1
  int max 100 | 1 f | int 1..100 | behind no-target | 1 | 100 | 1 | 0 | - | - | 100
  int max 100 | 1 f | int 1..99 | behind | 1 | 99 | 1 | 0 | 100 | 99 | 1
  int max 2 | 2 f | int | empty | 2 | - | - | - | - | - | 1
  int max 2 | 2 f | int 2 | behind no-target | 2 | 2 | 2 | 0 | - | - | 1
  int max 2 | 2 t | int 1 | exhausted limit | - | 1 | - | - | - | - | 0
  int max 2 | 2 t | int | exhausted limit | - | - | - | - | - | - | 0
  int | 2147483645 t | int 5 | ok | 2147483646 | 5 | - | - | - | - | 2
  int | 2147483646 t | int 2147483646 | ok | 2147483647 | 2147483646 | - | - | - | - | 1
  int | 2147483646 t | int 2147483647 | behind no-target | 2147483647 | 2147483647 | 2147483647 | 0 | - | - | 1
  int | 2147483647 f | int 7 | ok | 2147483647 | 7 | - | - | - | - | 1
  int | 2147483647 t | int 7 | exhausted limit | - | 7 | - | - | - | - | 0
  int | 3 t | int 2147483646 | behind | 4 | 2147483646 | 2147483646 | 2147483642 | 2147483647 | 2147483643 | 1
  int | 3 t | int 2147483647 | behind no-target | 4 | 2147483647 | 2147483647 | 2147483643 | - | - | 2147483644
  small | 3 t | small 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 32751
  small | 32766 t | small 32766 | ok | 32767 | 32766 | - | - | - | - | 1
  small | 32767 t | small 5 | exhausted limit | - | 5 | - | - | - | - | 0
  -- what lies beyond its end is never handed out
  int max 100 | 5 t | int 101 | ok | 6 | 101 | - | - | - | - | 95
  int max 100 | 5 t | int 2147483647 | ok | 6 | 2147483647 | - | - | - | - | 95
  int max 100 | 5 t | int 10 2147483647 | behind | 6 | 2147483647 | 10 | 4 | 11 | 5 | 90
  int max 100 | 5 t | int 5 101 | ok | 6 | 101 | - | - | - | - | 95
  int max 100 | 5 t | int 100 101 | behind no-target | 6 | 101 | 100 | 94 | - | - | 95
  int max 100 | 5 t | int 99 101 | behind | 6 | 101 | 99 | 93 | 100 | 94 | 1
  int max 2147483646 | 3 t | int 2147483647 | ok | 4 | 2147483647 | - | - | - | - | 2147483643
  int max 2147483646 | 3 t | int 16 2147483647 | behind | 4 | 2147483647 | 16 | 12 | 17 | 13 | 2147483630
  small | 32766 t | int 40000 | ok | 32767 | 40000 | - | - | - | - | 1
  small | 3 t | int 10 40000 | behind | 4 | 40000 | 10 | 6 | 11 | 7 | 32757
  -- … and what lies before its beginning
  int min 50 max 100 | 50 f | int 49 | ok | 50 | 49 | - | - | - | - | 51
  int min 50 max 100 | 50 f | int 3 50 | behind | 50 | 50 | 50 | 0 | 51 | 1 | 50
  int min 50 max 100 | 50 f | int 3 | ok | 50 | 3 | - | - | - | - | 51
  int min 50 max 100 | 100 t | int 3 | exhausted limit | - | 3 | - | - | - | - | 0
`);

export const largerSteps = table(`
  int by 2 | 1 f | int 1 3 5 | behind | 1 | 5 | 1 | 0 | 7 | 3 | 1073741821
  int by 2 | 5 t | int 1 3 5 | ok | 7 | 5 | - | - | - | - | 1073741821
  int by 2 | 3 t | int 1 3 5 | behind | 5 | 5 | 5 | 0 | 7 | 1 | 1073741821
  int by 2 | 1 f | int 5 | behind | 1 | 5 | 5 | 2 | 7 | 3 | 1073741821
  int by 2 | 1 f | int 2 4 6 | ok | 1 | 6 | - | - | - | - | 1073741824
  int by 2 | 5 t | int 6 8 10 | ok | 7 | 10 | - | - | - | - | 1073741821
  int by 2 | 5 t | int 6 7 8 | behind | 7 | 8 | 7 | 0 | 9 | 1 | 1073741820
  int by 2 | 1 t | int 4 5 8 | behind | 3 | 8 | 5 | 1 | 7 | 2 | 1073741821
  int by 2 start 2 | 2 f | int 1 3 5 | ok | 2 | 5 | - | - | - | - | 1073741823
  int by 2 start 2 | 2 f | int 2 4 | behind | 2 | 4 | 2 | 0 | 6 | 2 | 1073741821
  int by 2 start 2 | 4 t | int 1..9 | behind | 6 | 9 | 6 | 0 | 10 | 2 | 1073741819
  int by 3 max 10 | 1 f | int 7 | behind | 1 | 7 | 7 | 2 | 10 | 3 | 1
  int by 3 max 10 | 1 f | int 10 | behind no-target | 1 | 10 | 10 | 3 | - | - | 4
  int by 3 max 10 | 7 t | int 8 9 | ok | 10 | 9 | - | - | - | - | 1
  int by 3 max 10 | 10 t | int 8 | exhausted limit | - | 8 | - | - | - | - | 0
  int by 3 max 9 | 1 f | int 7 | behind no-target | 1 | 7 | 7 | 2 | - | - | 3
  int by 3 max 9 | 7 t | int 7 | exhausted limit | - | 7 | - | - | - | - | 0
  int by 3 max 9 | 1 f | int 8 9 | ok | 1 | 9 | - | - | - | - | 3
  int by 10 max 100 | 1 f | int 15 | ok | 1 | 15 | - | - | - | - | 10
  int by 10 max 100 | 1 f | int 11 | behind | 1 | 11 | 11 | 1 | 21 | 2 | 8
  int by 10 max 100 | 1 f | int 10 12 | ok | 1 | 12 | - | - | - | - | 10
  int by 10 max 100 | 1 f | int 1..30 | behind | 1 | 30 | 1 | 0 | 31 | 3 | 7
  int by 10 max 100 | 1 f | int 1..31 | behind | 1 | 31 | 1 | 0 | 41 | 4 | 6
  int by 10 max 100 | 7 f | int 17 27 | behind | 7 | 27 | 17 | 1 | 37 | 3 | 7
  int by 10 max 100 | 7 f | int 11 21 | ok | 7 | 21 | - | - | - | - | 10
  int by 10 max 100 | 1 f | int -9 | ok | 1 | -9 | - | - | - | - | 10
  int by 10 min -9 max 100 | -9 f | int -9 1 | behind | -9 | 1 | -9 | 0 | 11 | 2 | 9
  int by 10 min -9 max 100 | -9 f | int -4 | ok | -9 | -4 | - | - | - | - | 11
  int by 10 max 100 | 91 f | int 95 | ok | 91 | 95 | - | - | - | - | 1
  int by 10 max 100 | 81 t | int 91 | behind no-target | 91 | 91 | 91 | 0 | - | - | 1
  int by 10 max 100 | 81 t | int 101 | ok | 91 | 101 | - | - | - | - | 1
  int by 10 max 101 | 81 t | int 101 | behind no-target | 91 | 101 | 101 | 1 | - | - | 2
  int by 10 max 101 | 81 t | int 91 | behind | 91 | 91 | 91 | 0 | 101 | 1 | 1
  int by 10 max 100 | 91 t | int 95 | exhausted limit | - | 95 | - | - | - | - | 0
  int by 10 max 101 | 91 t | int 95 | ok | 101 | 95 | - | - | - | - | 1
  -- merged nodes: each has a range of its own
  int by 10 start 3 max 100 | 13 t | int 13 14 101 | ok | 23 | 101 | - | - | - | - | 8
  int by 5 start 1000 | 1000 f | int 1000 1005 | behind | 1000 | 1005 | 1000 | 0 | 1010 | 2 | 429496528
  -- a step that leads beyond the end at once
  int by 100 max 50 | 1 f | int 7 | ok | 1 | 7 | - | - | - | - | 1
  int by 100 max 50 | 1 f | int 1 | behind no-target | 1 | 1 | 1 | 0 | - | - | 1
  int by 100 max 50 | 1 t | int 1 | exhausted limit | - | 1 | - | - | - | - | 0
  big by 2^62 | 1 f | big 1 | behind | 1 | 1 | 1 | 0 | 2^62+1 | 1 | 1
  big by 2^62 | 1 t | big 5 | ok | 2^62+1 | 5 | - | - | - | - | 1
  big by 2^62 | 2^62+1 t | big 5 | exhausted limit | - | 5 | - | - | - | - | 0
  big by 2^63-1 | 1 f | big | empty | 1 | - | - | - | - | - | 1
  big by 2^63-1 min 0 | 0 f | big 0 | behind | 0 | 0 | 0 | 0 | 2^63-1 | 1 | 1
  big by 2^63-1 min 0 | 0 t | big 2^63-1 | behind no-target | 2^63-1 | 2^63-1 | 2^63-1 | 0 | - | - | 1
`);

export const descending = table(`
  int by -1 | -1 f | int | empty | -1 | - | - | - | - | - | 2147483648
  int by -1 | -1 f | int -1 -2 -3 | behind | -1 | -3 | -1 | 0 | -4 | 3 | 2147483645
  int by -1 | -3 t | int -1 -2 -3 | ok | -4 | -3 | - | - | - | - | 2147483645
  int by -1 | -3 f | int -1 -2 -3 | behind | -3 | -3 | -3 | 0 | -4 | 1 | 2147483645
  int by -1 | -4 f | int -1 -2 -3 | ok | -4 | -3 | - | - | - | - | 2147483645
  int by -1 | -3 t | int -7 | behind | -4 | -7 | -7 | 3 | -8 | 4 | 2147483641
  int by -1 | -3 t | int 5 | ok | -4 | 5 | - | - | - | - | 2147483645
  int by -1 | -3 t | int -3 -10 100 | behind | -4 | -10 | -10 | 6 | -11 | 7 | 2147483638
  int by -1 | -2147483647 t | int -2147483647 | ok | -2147483648 | -2147483647 | - | - | - | - | 1
  int by -1 | -2147483647 t | int -2147483648 | behind no-target | -2147483648 | -2147483648 | -2147483648 | 0 | - | - | 1
  int by -1 | -2147483648 t | int -5 | exhausted limit | - | -5 | - | - | - | - | 0
  int by -1 min 1 max 100 | 100 f | int 99 100 | behind | 100 | 99 | 100 | 0 | 98 | 2 | 98
  int by -1 min 1 max 100 | 100 f | int 101 | ok | 100 | 101 | - | - | - | - | 100
  int by -1 min 1 max 100 | 3 t | int 2 | behind | 2 | 2 | 2 | 0 | 1 | 1 | 1
  int by -1 min 1 max 100 | 3 t | int 1 | behind no-target | 2 | 1 | 1 | 1 | - | - | 2
  int by -1 min 1 max 100 | 3 t | int 0 | ok | 2 | 0 | - | - | - | - | 2
  int by -1 min 1 max 100 | 3 t | int -2147483648 | ok | 2 | -2147483648 | - | - | - | - | 2
  int by -1 min 1 max 100 | 9 t | int 5 -2147483648 | behind | 8 | -2147483648 | 5 | 3 | 4 | 4 | 4
  int by -1 min 1 max 100 | 2 t | int 3 | ok | 1 | 3 | - | - | - | - | 1
  int by -1 min 1 max 100 | 1 t | int 1 | exhausted limit | - | 1 | - | - | - | - | 0
  int by -1 min 1 max 100 | 1 f | int 1 | behind no-target | 1 | 1 | 1 | 0 | - | - | 1
  int by -1 min 0 max 100 | 1 t | int 1 | ok | 0 | 1 | - | - | - | - | 1
  int by -2 | -1 f | int -2 -4 | ok | -1 | -4 | - | - | - | - | 1073741824
  int by -2 | -1 f | int -3 -4 | behind | -1 | -4 | -3 | 1 | -5 | 2 | 1073741822
  int by -10 min 1 max 100 | 100 f | int 95 85 | ok | 100 | 85 | - | - | - | - | 10
  int by -10 min 1 max 100 | 100 f | int 90 85 | behind | 100 | 85 | 90 | 1 | 80 | 2 | 8
  int by -10 min 1 max 100 | 20 t | int 10 | behind no-target | 10 | 10 | 10 | 0 | - | - | 1
  int by -10 min 1 max 100 | 20 t | int 0 | ok | 10 | 0 | - | - | - | - | 1
  int by -10 min 0 max 100 | 20 t | int 0 | behind no-target | 10 | 0 | 0 | 1 | - | - | 2
  int by -10 min 1 max 100 | 10 t | int 50 | exhausted limit | - | 50 | - | - | - | - | 0
  int by -10 min -50 max 100 | 10 f | int 10 0 -10 | behind | 10 | -10 | 10 | 0 | -20 | 3 | 4
  int by -3 min 1 max 7 | 7 f | int 6 5 3 2 | ok | 7 | 2 | - | - | - | - | 3
  int by -3 min 1 max 7 | 7 f | int 4 | behind | 7 | 4 | 4 | 1 | 1 | 2 | 1
  big by -1 | -1 f | big -2^63 | behind no-target | -1 | -2^63 | -2^63 | 2^63-1 | - | - | 2^63
  big by -1 | -1 f | big -2^63+1 | behind | -1 | -2^63+1 | -2^63+1 | 2^63-2 | -2^63 | 2^63-1 | 1
  big by -1 | -2^63+1 t | big -2^63+1 | ok | -2^63 | -2^63+1 | - | - | - | - | 1
  big by -1 | -2^63+1 t | big -2^63 | behind no-target | -2^63 | -2^63 | -2^63 | 0 | - | - | 1
  big by -1 | -2^63+2 t | big -2^63+1 | behind | -2^63+1 | -2^63+1 | -2^63+1 | 0 | -2^63 | 1 | 1
  big by -1 | -2^63 t | big | exhausted limit | - | - | - | - | - | - | 0
  big by -1 | -2^63 f | big | empty | -2^63 | - | - | - | - | - | 1
  big by -2^63 | -1 f | big | empty | -1 | - | - | - | - | - | 1
  big by -2^63 max 2^63-1 | 2^63-1 f | big 2^63-1 | behind | 2^63-1 | 2^63-1 | 2^63-1 | 0 | -1 | 1 | 1
  big by -2^63 max 2^63-1 | 2^63-1 t | big 5 | ok | -1 | 5 | - | - | - | - | 1
`);

export const edges = table(`
  big | 2^53-2 t | big 2^53-2 | ok | 2^53-1 | 2^53-2 | - | - | - | - | 2^63-2^53+1
  big | 2^53-1 t | big 2^53 | behind | 2^53 | 2^53 | 2^53 | 0 | 2^53+1 | 1 | 2^63-2^53-1
  big | 2^53 t | big 2^53 | ok | 2^53+1 | 2^53 | - | - | - | - | 2^63-2^53-1
  big | 2^53 t | big 2^53+1 | behind | 2^53+1 | 2^53+1 | 2^53+1 | 0 | 2^53+2 | 1 | 2^63-2^53-2
  big | 2^53+1 t | big 2^53+1 | ok | 2^53+2 | 2^53+1 | - | - | - | - | 2^63-2^53-2
  big | 1 f | big 2^53+1 | behind | 1 | 2^53+1 | 2^53+1 | 2^53 | 2^53+2 | 2^53+1 | 2^63-2^53-2
  big by 2 | 2^53-1 f | big 2^53+1 | behind | 2^53-1 | 2^53+1 | 2^53+1 | 1 | 2^53+3 | 2 | 2^62-2^52-1
  big by 2 | 2^53-1 f | big 2^53+2 | ok | 2^53-1 | 2^53+2 | - | - | - | - | 2^62-2^52+1
  big | 2^63-3 t | big 2^63-2 | behind | 2^63-2 | 2^63-2 | 2^63-2 | 0 | 2^63-1 | 1 | 1
  big | 2^63-2 t | big 2^63-2 | ok | 2^63-1 | 2^63-2 | - | - | - | - | 1
  big | 2^63-2 t | big 2^63-1 | behind no-target | 2^63-1 | 2^63-1 | 2^63-1 | 0 | - | - | 1
  big | 2^63-1 f | big 2^63-1 | behind no-target | 2^63-1 | 2^63-1 | 2^63-1 | 0 | - | - | 1
  big | 2^63-1 f | big 2^63-2 | ok | 2^63-1 | 2^63-2 | - | - | - | - | 1
  big | 2^63-1 t | big 2^63-1 | exhausted limit | - | 2^63-1 | - | - | - | - | 0
  big | 2^63-1 t | big | exhausted limit | - | - | - | - | - | - | 0
  big | 1 f | big 2^63-1 | behind no-target | 1 | 2^63-1 | 2^63-1 | 2^63-2 | - | - | 2^63-1
  big | 1 f | big 2^63-2 | behind | 1 | 2^63-2 | 2^63-2 | 2^63-3 | 2^63-1 | 2^63-2 | 1
  big | 1 f | big -2^63 | ok | 1 | -2^63 | - | - | - | - | 2^63-1
  big min -2^63 | -2^63 f | big | empty | -2^63 | - | - | - | - | - | 2^64
  big min -2^63 | -2^63 f | big -2^63 | behind | -2^63 | -2^63 | -2^63 | 0 | -2^63+1 | 1 | 2^64-1
  big min -2^63 | -2^63 f | big 2^63-2 | behind | -2^63 | 2^63-2 | 2^63-2 | 2^64-2 | 2^63-1 | 2^64-1 | 1
  big min -2^63 | -2^63 f | big 2^63-1 | behind no-target | -2^63 | 2^63-1 | 2^63-1 | 2^64-1 | - | - | 2^64
  big min -2^63 | -1 t | big -1 | ok | 0 | -1 | - | - | - | - | 2^63
  big | 5 t | numeric 10^19 | ok | 6 | 10^19 | - | - | - | - | 2^63-6
  big | 5 t | numeric 2^63 | ok | 6 | 2^63 | - | - | - | - | 2^63-6
  big | 5 t | numeric 8 10^30 | behind | 6 | 10^30 | 8 | 2 | 9 | 3 | 2^63-9
  big | 5 t | numeric 8 -10^30 | behind | 6 | 8 | 8 | 2 | 9 | 3 | 2^63-9
  big | 5 t | numeric -10^30 | ok | 6 | -10^30 | - | - | - | - | 2^63-6
`);

export const columnTypes = table(`
  int | 32766 t | small 1 | ok | 32767 | 1 | - | - | - | - | 1
  int | 32767 f | small 1 | ok | 32767 | 1 | - | - | - | - | 1
  int | 32767 t | small 1 | exhausted column-type | 32768 | 1 | - | - | - | - | 0
  int | 32768 f | small 1 | exhausted column-type | 32768 | 1 | - | - | - | - | 0
  int | 32767 t | small | exhausted column-type | 32768 | - | - | - | - | - | 0
  int | 3 t | small 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 32751
  int | 3 t | small 2 | ok | 4 | 2 | - | - | - | - | 32764
  int | 3 t | small 32766 | behind | 4 | 32766 | 32766 | 32762 | 32767 | 32763 | 1
  int | 3 t | small 32767 | behind no-target | 4 | 32767 | 32767 | 32763 | - | - | 32764
  int | 32766 t | small 32767 | behind no-target | 32767 | 32767 | 32767 | 0 | - | - | 1
  int by 2 | 32765 t | small 1 | ok | 32767 | 1 | - | - | - | - | 1
  int by 2 | 32763 t | small 32765 | behind | 32765 | 32765 | 32765 | 0 | 32767 | 1 | 1
  int by 2 start 2 | 32764 t | small 32766 | behind no-target | 32766 | 32766 | 32766 | 0 | - | - | 1
  int by 2 start 2 | 32766 t | small 1 | exhausted column-type | 32768 | 1 | - | - | - | - | 0
  int by -1 | -32767 t | small -1 | ok | -32768 | -1 | - | - | - | - | 1
  int by -1 | -32768 t | small -1 | exhausted column-type | -32769 | -1 | - | - | - | - | 0
  int by -1 | -1 f | small -32767 | behind | -1 | -32767 | -32767 | 32766 | -32768 | 32767 | 1
  int by -1 | -1 f | small -32768 | behind no-target | -1 | -32768 | -32768 | 32767 | - | - | 32768
  big min -2^63 | -40000 f | small | exhausted column-type | -40000 | - | - | - | - | - | 0
  big min -2^63 | -32768 f | small | empty | -32768 | - | - | - | - | - | 65536
  big max 2147483647 | 2^31-2 t | int 5 | ok | 2^31-1 | 5 | - | - | - | - | 1
  big | 2^31-2 t | int 5 | ok | 2^31-1 | 5 | - | - | - | - | 1
  big | 2^31-1 t | int 5 | exhausted column-type | 2^31 | 5 | - | - | - | - | 0
  big | 3 t | int 2^31-1 | behind no-target | 4 | 2^31-1 | 2^31-1 | 2^31-5 | - | - | 2^31-4
  big | 3 t | int 2^31-2 | behind | 4 | 2^31-2 | 2^31-2 | 2^31-6 | 2^31-1 | 2^31-5 | 1
  int | 2^31-1 t | big 5 | exhausted limit | - | 5 | - | - | - | - | 0
  int | 3 t | big 2^31 | ok | 4 | 2^31 | - | - | - | - | 2^31-4
  -- float4 counts exactly to 2^24
  big | 3 t | float4 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2^24-16
  big | 2^24-1 t | float4 1 | ok | 2^24 | 1 | - | - | - | - | 1
  big | 2^24 t | float4 1 | exhausted column-type | 2^24+1 | 1 | - | - | - | - | 0
  big | 3 t | float4 2^24-1 | behind | 4 | 2^24-1 | 2^24-1 | 2^24-5 | 2^24 | 2^24-4 | 1
  big | 3 t | float4 2^24 | behind no-target | 4 | 2^24 | 2^24 | 2^24-4 | - | - | 2^24-3
  big | 3 t | float4 2^24+2 | ok | 4 | 2^24+2 | - | - | - | - | 2^24-3
  big by -1 | -2^24+1 t | float4 -1 | ok | -2^24 | -1 | - | - | - | - | 1
  big by -1 | -2^24 t | float4 -1 | exhausted column-type | -2^24-1 | -1 | - | - | - | - | 0
  -- float8 to 2^53
  big | 3 t | float8 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2^53-16
  big | 2^53-1 t | float8 1 | ok | 2^53 | 1 | - | - | - | - | 1
  big | 2^53 t | float8 1 | exhausted column-type | 2^53+1 | 1 | - | - | - | - | 0
  big | 3 t | float8 2^53-1 | behind | 4 | 2^53-1 | 2^53-1 | 2^53-5 | 2^53 | 2^53-4 | 1
  big | 3 t | float8 2^53 | behind no-target | 4 | 2^53 | 2^53 | 2^53-4 | - | - | 2^53-3
  big | 3 t | float8 2^60 | ok | 4 | 2^60 | - | - | - | - | 2^53-3
  big by -1 | -2^53 t | float8 -1 | exhausted column-type | -2^53-1 | -1 | - | - | - | - | 0
  int | 2^31-2 t | float8 5 | ok | 2^31-1 | 5 | - | - | - | - | 1
  -- numeric(p,s) to its precision
  big | 3 t | numeric(5,2) 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 983
  big | 998 t | numeric(5,2) 5 | ok | 999 | 5 | - | - | - | - | 1
  big | 999 t | numeric(5,2) 5 | exhausted column-type | 1000 | 5 | - | - | - | - | 0
  big | 3 t | numeric(5,2) 998 | behind | 4 | 998 | 998 | 994 | 999 | 995 | 1
  big | 3 t | numeric(5,2) 999 | behind no-target | 4 | 999 | 999 | 995 | - | - | 996
  big | 3 t | numeric(5) 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 99983
  big | 99998 t | numeric(5) 16 | ok | 99999 | 16 | - | - | - | - | 1
  big | 99999 t | numeric(5) 16 | exhausted column-type | 100000 | 16 | - | - | - | - | 0
  big by -1 | -999 t | numeric(5,2) -5 | exhausted column-type | -1000 | -5 | - | - | - | - | 0
  big by -1 | -998 t | numeric(5,2) -5 | ok | -999 | -5 | - | - | - | - | 1
  big | 9 t | numeric(18) 10^18-1 | behind no-target | 10 | 10^18-1 | 10^18-1 | 10^18-11 | - | - | 10^18-10
  big | 9 t | numeric(19) 10^18 | behind | 10 | 10^18 | 10^18 | 10^18-10 | 10^18+1 | 10^18-9 | 2^63-1-10^18
  big | 9 t | numeric(18) 5 | ok | 10 | 5 | - | - | - | - | 10^18-10
  big | 2^63-2 t | numeric(19) 5 | ok | 2^63-1 | 5 | - | - | - | - | 1
  big | 1 f | numeric(3,5) | exhausted column-type | 1 | - | - | - | - | - | 0
  big | 2^63-1 t | numeric 7 | exhausted limit | - | 7 | - | - | - | - | 0
`);

export const fractions = table(`
  big | 3 t | numeric 3.5 | ok | 4 | 3 | - | - | - | - | 2^63-4
  big | 3 t | numeric 4.5 | ok | 4 | 4 | - | - | - | - | 2^63-4
  big | 3 t | numeric 4.0 | behind | 4 | 4 | 4 | 0 | 5 | 1 | 2^63-5
  big | 3 t | numeric 10.7 | ok | 4 | 10 | - | - | - | - | 2^63-4
  big | 10 t | numeric 10.7 | ok | 11 | 10 | - | - | - | - | 2^63-11
  big | 3 t | numeric 7 10.7 | behind | 4 | 10 | 7 | 3 | 8 | 4 | 2^63-8
  big | 3 t | numeric 7.2 9 10.7 | behind | 4 | 10 | 9 | 5 | 10 | 6 | 2^63-10
  big | 3 t | numeric -0.5 | ok | 4 | -1 | - | - | - | - | 2^63-4
  big | 3 t | numeric NaN | empty | 4 | - | - | - | - | - | 2^63-4
  big | 3 t | numeric 2 NaN | ok | 4 | 2 | - | - | - | - | 2^63-4
  big | 3 t | numeric 8 NaN null | behind | 4 | 8 | 8 | 4 | 9 | 5 | 2^63-9
  big | 3 t | float8 Infinity | empty | 4 | - | - | - | - | - | 2^53-3
  big | 3 t | float8 8 NaN Infinity -Infinity | behind | 4 | 8 | 8 | 4 | 9 | 5 | 2^53-8
  big | 3 t | float8 8.25 | ok | 4 | 8 | - | - | - | - | 2^53-3
  big | 3 t | float4 8.5 9 | behind | 4 | 9 | 9 | 5 | 10 | 6 | 2^24-9
  big | 3 t | numeric(5,2) 998.5 | ok | 4 | 998 | - | - | - | - | 996
  big | 3 t | numeric(5,2) 999.5 | ok | 4 | 999 | - | - | - | - | 996
  big by -1 | -3 t | numeric -10.7 | ok | -4 | -10 | - | - | - | - | 2^63-3
  big by -1 | -10 t | numeric -10.7 | ok | -11 | -10 | - | - | - | - | 2^63-10
  big by -1 | -3 t | numeric -7 -10.7 | behind | -4 | -10 | -7 | 3 | -8 | 4 | 2^63-7
  big by -1 | -3 t | float8 -10.7 -Infinity NaN | ok | -4 | -10 | - | - | - | - | 2^53-3
  big by -1 | -3 t | numeric 0.5 | ok | -4 | 1 | - | - | - | - | 2^63-3
  int by 2 | 1 f | numeric 3.0 | behind | 1 | 3 | 3 | 1 | 5 | 2 | 1073741822
  int by 2 | 1 f | numeric 3.5 5.5 | ok | 1 | 5 | - | - | - | - | 1073741824
  int by 2 | 1 f | float8 4 6 | ok | 1 | 6 | - | - | - | - | 1073741824
`);

export const severalColumns = table(`
  int | 3 t | int 1; int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int 16; int 1 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int 9; int 16 | behind | 4 | 16 | 9 | 5 | 17 | 13 | 2147483631
  int | 3 t | int 16; int 9 | behind | 4 | 16 | 9 | 5 | 17 | 13 | 2147483631
  int | 3 t | int 9; int 9 | behind | 4 | 9 | 9 | 5 | 10 | 6 | 2147483638
  int | 3 t | int 5 20; int 9; int 7 30 | behind | 4 | 30 | 5 | 1 | 31 | 27 | 2147483617
  int | 3 t | int 1 2; int | ok | 4 | 2 | - | - | - | - | 2147483644
  int | 3 t | int; int 4 | behind | 4 | 4 | 4 | 0 | 5 | 1 | 2147483643
  int | 3 t | int; int | empty | 4 | - | - | - | - | - | 2147483644
  int | 20 t | int 16; int 9 | ok | 21 | 16 | - | - | - | - | 2147483627
  int | 3 t | int 5; small 7 | behind | 4 | 7 | 5 | 1 | 8 | 4 | 32760
  int | 3 t | int 40000; small 7 | behind | 4 | 40000 | 7 | 3 | 8 | 4 | 32760
  int | 3 t | int 40000; small 1 | ok | 4 | 40000 | - | - | - | - | 32764
  int | 3 t | small 1; int 32767 | behind no-target | 4 | 32767 | 32767 | 32763 | - | - | 32764
  int | 32767 t | int 5; small 7 | exhausted column-type | 32768 | 7 | - | - | - | - | 0
  big | 3 t | big 2^40; float4 7 | behind | 4 | 2^40 | 7 | 3 | 8 | 4 | 2^24-7
  int by -1 | -3 t | int -5; int -9 | behind | -4 | -9 | -5 | 1 | -10 | 6 | 2147483639
  int by -1 | -9 t | int -5; int -9 | ok | -10 | -9 | - | - | - | - | 2147483639
  int by 2 | 1 f | int 2; int 3 | behind | 1 | 3 | 3 | 1 | 5 | 2 | 1073741822
  int by 2 | 1 f | int 8; int 3 | behind | 1 | 8 | 3 | 1 | 5 | 2 | 1073741822
  int by 2 | 1 f | int 8; int 2 | ok | 1 | 8 | - | - | - | - | 1073741824
`);

export const notCompared = table(`
  int | 3 t | text | incomparable text-column | 4 | - | - | - | - | - | 2147483644
  int | 3 t | view:int | incomparable view | 4 | - | - | - | - | - | 2147483644
  int | 3 t | expression:int | incomparable expression | 4 | - | - | - | - | - | 2147483644
  int | 3 t | foreign:int | incomparable foreign-table | 4 | - | - | - | - | - | 2147483644
  int | 3 t | citus:int | incomparable citus | 4 | - | - | - | - | - | 2147483644
  int | 3 t | numeric(2,-3) | incomparable column-type | 4 | - | - | - | - | - | 2147483644
  int | 3 t | date | incomparable column-type | 4 | - | - | - | - | - | 2147483644
  int | 3 t | text; view:int | incomparable text-column | 4 | - | - | - | - | - | 2147483644
  int | 3 t | view:int; text | incomparable view | 4 | - | - | - | - | - | 2147483644
  small cycle | 3 t | cycles:small | incomparable cycles | 4 | - | - | - | - | - | 32764
  int cycle max 100 | 100 t | cycles:int | incomparable cycles | 1 | - | - | - | - | - | 100
  -- one column that can be compared is enough
  int | 3 t | int 16; text | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | text; int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int 2; text | ok | 4 | 2 | - | - | - | - | 2147483644
  int | 3 t | text; int | empty | 4 | - | - | - | - | - | 2147483644
  int | 3 t | view:int; int 4 | behind | 4 | 4 | 4 | 0 | 5 | 1 | 2147483643
  -- what a drawn value is not stored in as it is does not narrow the sequence
  int | 40000 t | view:small; int 5 | ok | 40001 | 5 | - | - | - | - | 2147443647
  int | 40000 t | expression:small; int 5 | ok | 40001 | 5 | - | - | - | - | 2147443647
  int | 40000 t | expression:small | incomparable expression | 40001 | - | - | - | - | - | 2147443647
  int | 40000 t | foreign:small; int 5 | exhausted column-type | 40001 | 5 | - | - | - | - | 0
  -- that it raises comes first
  int | 2147483647 t | text | exhausted limit | - | - | - | - | - | - | 0
  int | 2147483647 t | view:int | exhausted limit | - | - | - | - | - | - | 0
  int max 7 | 7 t | expression:int | exhausted limit | - | - | - | - | - | - | 0
  int | 40000 t | foreign:small | exhausted column-type | 40001 | - | - | - | - | - | 0
`);

export const unlinked = table(`
  int | 1 f | none | unlinked | 1 | - | - | - | - | - | 2147483647
  int | 3 t | none | unlinked | 4 | - | - | - | - | - | 2147483644
  int by -1 | -3 t | none | unlinked | -4 | - | - | - | - | - | 2147483645
  int cycle max 3 | 3 t | none | unlinked | 1 | - | - | - | - | - | 3
  int | 3 t | idle | unlinked owner-has-other-default | 4 | - | - | - | - | - | 2147483644
  int max 3 | 2 t | idle | unlinked owner-has-other-default | 3 | - | - | - | - | - | 1
  int max 3 | 3 t | idle | unlinked owner-has-other-default | - | - | - | - | - | - | 0
`);

export const unknown = table(`
  int | permission | int 1 | unknown permission | - | - | - | - | - | - | -
  int | timeout | int 1 | unknown timeout | - | - | - | - | - | - | -
  int | lock | none | unknown lock | - | - | - | - | - | - | -
  int max 2 | changing | text | unknown changing | - | - | - | - | - | - | -
  int | 3 t | int!permission | unknown permission | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int!row-security | unknown row-security | 4 | - | - | - | - | - | 2147483644
  int | 3 t | foreign:int; int!foreign | unknown foreign | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int 2; int!permission | unknown permission | 4 | 2 | - | - | - | - | 2147483644
  int | 3 t | int; int!timeout | unknown timeout | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int!timeout; int!lock | unknown timeout | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int!lock; int!timeout | unknown lock | 4 | - | - | - | - | - | 2147483644
  int | 3 t | text; int!permission | unknown permission | 4 | - | - | - | - | - | 2147483644
  int | 3 t | int 2; text; int!lock | unknown lock | 4 | 2 | - | - | - | - | 2147483644
  int by 2 | 1 f | int 2; int!lock | unknown lock | 1 | 2 | - | - | - | - | 1073741824
  int max 100 | 5 t | int 101; int!lock | unknown lock | 6 | 101 | - | - | - | - | 95
  -- what the others show is a lower bound: behind may be said
  int | 3 t | int 16; int!permission | behind permission | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int!row-security; int 16 | behind row-security | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int max 100 | 98 t | int 100; int!permission | behind no-target | 99 | 100 | 100 | 1 | - | - | 2
  -- some partitions were read
  int | 3 t | int!timeout 2 | unknown timeout | 4 | 2 | - | - | - | - | 2147483644
  int | 3 t | int!timeout 16 | behind timeout | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int!timeout 3; int 9 | behind timeout | 4 | 9 | 9 | 5 | 10 | 6 | 2147483638
  -- that it raises is known without
  int | 2147483647 t | int!permission | exhausted limit | - | - | - | - | - | - | 0
  int | 32767 t | small!permission | exhausted column-type | 32768 | - | - | - | - | - | 0
`);

export const cycling = table(`
  int cycle | 3 t | int 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  int cycle | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int cycle | 3 t | int | empty | 4 | - | - | - | - | - | 2147483644
  int cycle | 2147483646 t | int 5 | ok | 2147483647 | 5 | - | - | - | - | 1
  int cycle | 2147483647 t | int | empty | 1 | - | - | - | - | - | 2147483647
  int cycle | 2147483647 t | int 1 2 3 | behind | 1 | 3 | 1 | 0 | 4 | 3 | 2147483644
  int cycle | 2147483647 t | int 5 | behind | 1 | 5 | 5 | 4 | 6 | 5 | 2147483642
  int cycle | 3 t | int 1 2147483647 | behind no-target | 4 | 2147483647 | 2147483647 | 2147483643 | - | - | 2147483644
  int cycle | 2147483647 f | int 5 | ok | 2147483647 | 5 | - | - | - | - | 1
  int cycle min 5 max 1000000 | 1000000 t | int 1 | ok | 5 | 1 | - | - | - | - | 999996
  int cycle min 5 max 1000000 | 1000000 t | int 5 | behind | 5 | 5 | 5 | 0 | 6 | 1 | 999995
  int cycle by 10 max 1000000 | 999995 t | int 1 | behind | 1 | 1 | 1 | 0 | 11 | 1 | 99999
  int cycle by 10 max 1000000 | 999985 t | int 1 | ok | 999995 | 1 | - | - | - | - | 1
  int cycle by -1 | -2147483648 t | int -1 | behind | -1 | -1 | -1 | 0 | -2 | 1 | 2147483647
  int cycle by -1 | -2147483648 t | int | empty | -1 | - | - | - | - | - | 2147483648
  int cycle by -1 | -3 t | int -1 -2 | ok | -4 | -2 | - | - | - | - | 2147483645
  int cycle by -10 min 1 max 1000000 | 5 t | int 1000000 | behind | 1000000 | 1000000 | 1000000 | 0 | 999990 | 1 | 99999
  int cycle | 32767 t | small 1 | exhausted column-type | 32768 | 1 | - | - | - | - | 0
  big cycle | 2^63-1 t | big 1 | behind | 1 | 1 | 1 | 0 | 2 | 1 | 2^63-2
  big cycle | 2^63-2 t | big 1 | ok | 2^63-1 | 1 | - | - | - | - | 1
  big cycle by 7 | 2^63-2 t | big 5 | ok | 1 | 5 | - | - | - | - | 1317624576693539401
  big cycle by -1 | -2^63 t | big -1 | behind | -1 | -1 | -1 | 0 | -2 | 1 | 2^63-1
`);

export const blocks = table(`
  -- @single: the value alone
  int by 50 max 1000 | 101 f | int@single 120 | ok | 101 | 120 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@single 151 | behind | 101 | 151 | 151 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@single 102..150 | ok | 101 | 150 | - | - | - | - | 18
  -- @below: 101 stands for 52 to 101
  int by 50 max 1000 | 101 f | int@below | empty | 101 | - | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@below 51 | ok | 101 | 51 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@below 52 | behind | 101 | 52 | 52 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 51 t | int@below 52 | behind | 101 | 52 | 52 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@below 101 | behind | 101 | 101 | 101 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@below 102 | behind | 101 | 102 | 102 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@below 151 | behind | 101 | 151 | 151 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@below 152 | behind | 101 | 152 | 152 | 2 | 251 | 3 | 15
  int by 50 max 1000 | 101 f | int@below 40 60 160 | behind | 101 | 160 | 60 | 0 | 251 | 3 | 15
  int by 50 max 1000 | 1 f | int@below 1 | behind | 1 | 1 | 1 | 0 | 51 | 1 | 19
  int by 50 max 1000 | 1 f | int@below -48 | behind | 1 | -48 | -48 | 0 | 51 | 1 | 19
  int by 50 max 1000 | 1 f | int@below -49 | ok | 1 | -49 | - | - | - | - | 20
  int by 50 max 1000 | 101 f | int@below 901 | behind | 101 | 901 | 901 | 16 | 951 | 17 | 1
  int by 50 max 1000 | 101 f | int@below 951 | behind no-target | 101 | 951 | 951 | 17 | - | - | 18
  -- the last value that can be drawn is 951, which stands for 902 to 951: what lies beyond is never handed out
  int by 50 max 951 | 101 f | int@below 952 | ok | 101 | 952 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@below 952 | ok | 101 | 952 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@below 960 | ok | 101 | 960 | - | - | - | - | 18
  int by 50 max 1000 | 101 t | int@below 960 | ok | 151 | 960 | - | - | - | - | 17
  int by 50 max 1000 | 101 f | int@below 60 960 | behind | 101 | 960 | 60 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@below 902 | behind no-target | 101 | 902 | 902 | 17 | - | - | 18
  int by 50 max 1000 | 951 f | int@below 901 | ok | 951 | 901 | - | - | - | - | 1
  int by 50 max 1000 | 951 f | int@below 951 | behind no-target | 951 | 951 | 951 | 0 | - | - | 1
  int by 50 max 1000 | 951 f | int@below 952 | ok | 951 | 952 | - | - | - | - | 1
  small by 50 | 101 f | int@below 32752 | ok | 101 | 32752 | - | - | - | - | 654
  small by 50 | 101 f | int@below 32751 | behind no-target | 101 | 32751 | 32751 | 653 | - | - | 654
  int by 50 | 101 f | small@below 32752 | ok | 101 | 32752 | - | - | - | - | 654
  int by 1000 max 500 | 1 f | int@below 300 | ok | 1 | 300 | - | - | - | - | 1
  big by 2^62 | 1 f | big@below 2^62+2 | ok | 1 | 2^62+2 | - | - | - | - | 2
  big by 2^62 | 1 f | big@below 2^62+1 | behind no-target | 1 | 2^62+1 | 2^62+1 | 1 | - | - | 2
  int by 50 max 1000 | 101 f | int@below 1001 | ok | 101 | 1001 | - | - | - | - | 18
  int by 50 max 1000 | 951 t | int@below 5 | exhausted limit | - | 5 | - | - | - | - | 0
  int by 2 max 10 | 3 f | int@below 2 | behind | 3 | 2 | 2 | 0 | 5 | 1 | 3
  int by 2 max 10 | 3 f | int@below 1 | ok | 3 | 1 | - | - | - | - | 4
  -- @above: 101 stands for 101 to 150
  int by 50 max 1000 | 101 f | int@above | empty | 101 | - | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@above 100 | ok | 101 | 100 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@above 101 | behind | 101 | 101 | 101 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@above 150 | behind | 101 | 150 | 150 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@above 151 | behind | 101 | 151 | 151 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@above 200 | behind | 101 | 200 | 200 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@above 201 | behind | 101 | 201 | 201 | 2 | 251 | 3 | 15
  int by 50 max 1000 | 101 f | int@above 160 330 | behind | 101 | 330 | 160 | 1 | 351 | 5 | 13
  int by 50 max 1000 | 101 f | int@above 950 | behind | 101 | 950 | 950 | 16 | 951 | 17 | 1
  int by 50 max 1000 | 101 f | int@above 1000 | behind no-target | 101 | 1000 | 1000 | 17 | - | - | 18
  int by 50 max 951 | 101 f | int@above 1000 | behind no-target | 101 | 1000 | 1000 | 17 | - | - | 18
  int by 50 max 951 | 101 f | int@above 1001 | ok | 101 | 1001 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@above 1001 | ok | 101 | 1001 | - | - | - | - | 18
  int by 50 max 1000 | 101 t | int@above 1001 | ok | 151 | 1001 | - | - | - | - | 17
  int by 50 max 990 | 101 f | int@above 1000 | behind no-target | 101 | 1000 | 1000 | 17 | - | - | 18
  int by 50 max 990 | 101 f | int@above 130 1001 | behind | 101 | 1001 | 130 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 951 f | int@above 950 | ok | 951 | 950 | - | - | - | - | 1
  int by 50 max 1000 | 951 f | int@above 960 | behind no-target | 951 | 960 | 960 | 0 | - | - | 1
  big by 2^62 | 1 f | big@above 2^63-1 | behind no-target | 1 | 2^63-1 | 2^63-1 | 1 | - | - | 2
  int by 2 max 10 | 3 f | int@above 4 | behind | 3 | 4 | 4 | 0 | 5 | 1 | 3
  int by 2 max 10 | 3 f | int@above 2 | ok | 3 | 2 | - | - | - | - | 4
  -- counting down, -101 stands for -52 to -101 or for -101 to -150
  int by -50 min -1000 | -101 f | int@below -51 | ok | -101 | -51 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@below -52 | behind | -101 | -52 | -52 | 0 | -151 | 1 | 17
  int by -50 min -1000 | -101 f | int@below -102 | behind | -101 | -102 | -102 | 1 | -201 | 2 | 16
  int by -50 min -1000 | -101 f | int@above -100 | ok | -101 | -100 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@above -150 | behind | -101 | -150 | -150 | 0 | -151 | 1 | 17
  int by -50 min -1000 | -101 f | int@above -151 | behind | -101 | -151 | -151 | 1 | -201 | 2 | 16
  int by -50 min -1000 | -101 f | int@below -952 | ok | -101 | -952 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@below -960 | ok | -101 | -960 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@below -951 | behind no-target | -101 | -951 | -951 | 17 | - | - | 18
  int by -50 min -1000 | -101 f | int@above -1001 | ok | -101 | -1001 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@above -1000 | behind no-target | -101 | -1000 | -1000 | 17 | - | - | 18
  int by -50 max 1000 min 1 | 990 f | int@below 15 | ok | 990 | 15 | - | - | - | - | 20
  -- nobody said which: behind only where both agree
  int by 50 max 1000 | 101 f | int@? | empty | 101 | - | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@? 51 | ok | 101 | 51 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@? 52 | ok | 101 | 52 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@? 100 | ok | 101 | 100 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@? 101 | behind | 101 | 101 | 101 | 0 | 151 | 1 | 17
  -- … and moved beyond the one that reaches further, @below
  int by 50 max 1000 | 101 f | int@? 102 | behind | 101 | 102 | 102 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@? 101 150 | behind | 101 | 150 | 101 | 0 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@? 151 | behind | 101 | 151 | 151 | 1 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@? 951 | behind no-target | 101 | 951 | 951 | 17 | - | - | 18
  int by 50 max 1000 | 101 f | int@? 960 | ok | 101 | 960 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@? 1001 | ok | 101 | 1001 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@? -60 | ok | -101 | -60 | - | - | - | - | 18
  int by -50 min -1000 | -101 f | int@? -101 | behind | -101 | -101 | -101 | 0 | -151 | 1 | 17
  int | 3 t | int@? 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 2147483631
  int | 3 t | int@? 3 | ok | 4 | 3 | - | - | - | - | 2147483644
  -- several columns, each with its own
  int by 50 max 1000 | 101 f | int@below 60; int@above 160 | behind | 101 | 160 | 60 | 0 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@above 160; int@below 60 | behind | 101 | 160 | 60 | 0 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int@above 130; int 151 | behind | 101 | 151 | 130 | 0 | 201 | 2 | 16
  int by 50 max 1000 | 101 f | int 130; int@above 90 | ok | 101 | 130 | - | - | - | - | 18
  int by 50 max 1000 | 101 f | int@below 101; int@below 60 | behind | 101 | 101 | 60 | 0 | 151 | 1 | 17
  int by 50 max 1000 | 101 f | int@below 160; int@above 160 | behind | 101 | 160 | 160 | 1 | 251 | 3 | 15
  int by 50 max 1000 | 101 f | int@? 60; int 101 | behind | 101 | 101 | 101 | 0 | 151 | 1 | 17
`);

/** Without what moves by itself: the margin is asked for by `fix` alone. */
export const margins = table(`
  int margin 0 | 16 t | int 16 | ok | 17 | 16 | - | - | - | - | 2147483631
  int margin 100 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 117 | 113 | 2147483531
  int margin 1 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 18 | 14 | 2147483630
  int margin 100 | 16 t | int 16 | ok | 17 | 16 | - | - | 117 | - | 2147483631
  int margin 100 | 115 t | int 16 | ok | 116 | 16 | - | - | 117 | - | 2147483532
  int margin 100 | 116 t | int 16 | ok | 117 | 16 | - | - | - | - | 2147483531
  int margin 100 | 117 f | int 16 | ok | 117 | 16 | - | - | - | - | 2147483531
  int margin 100 | 500 t | int 16 | ok | 501 | 16 | - | - | - | - | 2147483147
  int margin 1 | 16 t | int 16 | ok | 17 | 16 | - | - | 18 | - | 2147483631
  int margin 1 | 17 t | int 16 | ok | 18 | 16 | - | - | - | - | 2147483630
  int margin 100 | 3 t | int | empty | 4 | - | - | - | - | - | 2147483644
  int margin 100 | 3 t | text | incomparable text-column | 4 | - | - | - | - | - | 2147483644
  int margin 100 | 3 t | none | unlinked | 4 | - | - | - | - | - | 2147483644
  int margin 100 | 2147483647 t | int 5 | exhausted limit | - | 5 | - | - | - | - | 0
  int margin 10 | 3 t | int 3; int!permission | unknown permission | 4 | 3 | - | - | - | - | 2147483644
  int margin 10 | 3 t | int 16; int!permission | behind permission | 4 | 16 | 16 | 12 | 27 | 23 | 2147483621
  int margin 10 | 3 t | int 16; int 9 | behind | 4 | 16 | 9 | 5 | 27 | 23 | 2147483621
  int margin 10 | 20 t | int 16; int 19 | ok | 21 | 19 | - | - | 30 | - | 2147483627
  -- where the margin does not fit: beyond the stored ones all the same
  int margin 100 max 50 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 34
  int margin 33 max 50 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 50 | 46 | 1
  int margin 34 max 50 | 3 t | int 16 | behind | 4 | 16 | 16 | 12 | 17 | 13 | 34
  int margin 33 max 50 | 20 t | int 16 | ok | 21 | 16 | - | - | 50 | - | 30
  int margin 34 max 50 | 20 t | int 16 | ok | 21 | 16 | - | - | - | - | 30
  int margin 10 max 50 | 3 t | int 50 | behind no-target | 4 | 50 | 50 | 46 | - | - | 47
  -- never off the progression; ids between its values need their room too
  int by 10 margin 5 max 1000 | 1 f | int 11 | behind | 1 | 11 | 11 | 1 | 21 | 2 | 98
  int by 10 margin 9 max 1000 | 1 f | int 11 | behind | 1 | 11 | 11 | 1 | 21 | 2 | 98
  int by 10 margin 10 max 1000 | 1 f | int 11 | behind | 1 | 11 | 11 | 1 | 31 | 3 | 97
  int by 10 margin 5 max 1000 | 1 f | int 11 18 | behind | 1 | 18 | 11 | 1 | 31 | 3 | 97
  int by 10 margin 5 max 1000 | 1 f | int 18 | ok | 1 | 18 | - | - | 31 | - | 100
  int by 10 margin 5 max 1000 | 31 f | int 18 | ok | 31 | 18 | - | - | - | - | 97
  -- a value beyond the end asks for nothing
  int margin 100 max 1000 | 3 t | int 16 2000 | behind | 4 | 2000 | 16 | 12 | 117 | 113 | 884
  int margin 100 max 1000 | 200 t | int 16 2000 | ok | 201 | 2000 | - | - | - | - | 800
  int margin 100 max 1000 | 50 t | int 16 2000 | ok | 51 | 2000 | - | - | 117 | - | 950
  int by -1 margin 10 min -1000 | -3 t | int -7 | behind | -4 | -7 | -7 | 3 | -18 | 14 | 983
  int by -1 margin 10 min -1000 | -7 t | int -7 | ok | -8 | -7 | - | - | -18 | - | 993
  int by -1 margin 10 min -1000 | -17 t | int -7 | ok | -18 | -7 | - | - | - | - | 983
  int by 50 margin 30 max 1000 | 101 f | int@below 60 | behind | 101 | 60 | 60 | 0 | 151 | 1 | 17
  int by 50 margin 41 max 1000 | 101 f | int@below 60 | behind | 101 | 60 | 60 | 0 | 151 | 1 | 17
  int by 50 margin 42 max 1000 | 101 f | int@below 60 | behind | 101 | 60 | 60 | 0 | 201 | 2 | 16
  -- the room begins with the block: 101 stands for 52 to 101
  int by 50 margin 30 max 1000 | 101 f | int@below 51 | ok | 101 | 51 | - | - | 151 | - | 18
  int by 50 margin 30 max 1000 | 101 t | int@below 51 | ok | 151 | 51 | - | - | - | - | 17
  int by 50 margin 30 max 1000 | 101 f | int@below 21 | ok | 101 | 21 | - | - | - | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@below 22 | ok | 101 | 22 | - | - | 151 | - | 18
  int by 50 margin 80 max 1000 | 101 f | int@below 51 | ok | 101 | 51 | - | - | 201 | - | 18
  int by 50 margin 800 max 1000 | 101 f | int@below 101 | behind | 101 | 101 | 101 | 0 | 951 | 17 | 1
  int by 50 margin 801 max 1000 | 101 f | int@below 101 | behind | 101 | 101 | 101 | 0 | 151 | 1 | 17
  int by 50 margin 30 max 1000 | 101 f | int@below 51; int@above 80 | ok | 101 | 80 | - | - | 151 | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@below 5; int@above 80 | ok | 101 | 80 | - | - | 151 | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@below 5; int@above 70 | ok | 101 | 70 | - | - | - | - | 18
  int by -50 margin 30 min -1000 | -101 f | int@below -51 | ok | -101 | -51 | - | - | -151 | - | 18
  int by -50 margin 30 min -1000 | -101 f | int@below -21 | ok | -101 | -21 | - | - | - | - | 18
  -- an id that is never handed out asks for no room
  int by 50 margin 30 max 1000 | 101 f | int@below 960 | ok | 101 | 960 | - | - | - | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@above 1001 | ok | 101 | 1001 | - | - | - | - | 18
  -- whoever could not say whether it is behind moves nothing
  int by 50 margin 30 max 1000 | 101 f | int@? 60 | ok | 101 | 60 | - | - | - | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@? 51 | ok | 101 | 51 | - | - | - | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@? 80 | ok | 101 | 80 | - | - | - | - | 18
  int by 50 margin 60 max 1000 | 101 f | int@? 51 | ok | 101 | 51 | - | - | 201 | - | 18
  int by 50 margin 30 max 1000 | 101 f | int@above 100 | ok | 101 | 100 | - | - | 151 | - | 18
  int by 50 margin 30 max 1000 | 151 f | int@above 100 | ok | 151 | 100 | - | - | - | - | 17
  big margin 2^53 | 3 t | big 16 | behind | 4 | 16 | 16 | 12 | 2^53+17 | 2^53+13 | 2^63-2^53-17
`);
