import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrived, type ReportedRows } from '../../src/dump/arrived.ts';
import type { Filled } from '../../src/dump/filled.ts';

// What became of a table whose rows were to come: what the server holds, and what the program said of it.

const key = '"public"."t"';
const clean: ReportedRows = { begun: null, failed: new Map(), isClean: true };
const dirty: ReportedRows = { ...clean, isClean: false };
const holds = (rows: bigint | null, oid = '1'): ReadonlyMap<string, Filled> => new Map([[key, { oid, rows }]]);
const nothing: ReadonlyMap<string, Filled> = new Map();

/** `loaded 3`, or the state, the rows, and the reason. */
function became(
  rows: bigint | null,
  before: ReadonlyMap<string, Filled>,
  after: ReadonlyMap<string, Filled>,
  told: ReportedRows,
): string {
  const { tables, notLoaded } = arrived([{ schema: 'public', name: 't', rows }], before, after, told);
  return [
    ...tables.map((one) => `loaded ${one.rows}`),
    ...notLoaded.map((one) => `${one.state} ${one.rows}: ${one.reason}`),
  ].join();
}

const cases: Readonly<Record<string, readonly [came: string, expected: string]>> = {
  'an archive: all that it holds': [became(null, nothing, holds(5n), clean), 'loaded 5'],
  'an archive: of an empty table': [became(null, nothing, holds(0n), clean), 'loaded 0'],
  'an archive: more than before': [became(null, holds(2n), holds(5n), clean), 'loaded 3'],
  'an archive: dropped first, all that it holds': [became(null, holds(2n), holds(5n, '2'), clean), 'loaded 5'],
  'an archive: too large to count': [became(null, nothing, holds(null), clean), 'loaded null'],
  'no such table': [became(null, nothing, nothing, dirty), 'missing 0: no such table'],
  'its COPY failed': [
    became(null, nothing, holds(0n), { ...dirty, begun: new Set(['public.t']), failed: new Map([[key, 'no']]) }),
    'failed 0: no',
  ],
  'another failed, and it was begun': [
    became(null, nothing, holds(0n), { ...dirty, begun: new Set(['public.t']) }),
    'loaded 0',
  ],
  'another failed, and it was not begun': [
    became(null, nothing, holds(0n), { ...dirty, begun: new Set(['public.s']) }),
    'failed 0: the program never began to load its rows',
  ],
  'a script: all': [became(5n, nothing, holds(5n), clean), 'loaded 5'],
  'a script: somebody else inserts too': [became(5n, holds(1n), holds(9n), clean), 'loaded 5'],
  'a script: some': [became(5n, nothing, holds(3n), dirty), 'failed 3: see the errors'],
  'a script: a conflict leaves some out': [became(5n, holds(2n), holds(2n), clean), 'loaded 0'],
  'a script: none, rolled back': [became(5n, holds(2n), holds(2n), dirty), 'failed 0: see the errors'],
  'a script: too large to count, no complaint': [became(5n, nothing, holds(null), clean), 'loaded 5'],
  'a script: too large to count, and errors': [
    became(5n, nothing, holds(null), dirty),
    'unknown null: its rows could not be counted, and there were errors',
  ],
};
for (const [what, [came, expected]] of Object.entries(cases))
  test(what, () => {
    assert.equal(came, expected);
  });
