import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding, FindingLevel } from '../../../src/core/model/finding.ts';
import { grantsFor } from '../../../src/core/model/grants.ts';
import { judge, type Judgement } from '../../../src/core/model/judge.ts';
import { isOutlierOnly } from '../../../src/core/model/lone.ts';
import type { ColumnReading, FedColumn, Measurement, SurveyedSequence } from '../../../src/core/model/surveyed.ts';
import { restartOf } from '../../../src/core/model/restart.ts';
import { findingsOf } from '../../../src/core/rules/index.ts';
import { columnRange } from '../../../src/core/model/sequence.ts';
import { unfed } from '../../../src/core/rules/unfed.ts';
import { counted } from '../../../src/text/counted.ts';

// What is said of a sequence, without a database: plain values in, findings out. What PostgreSQL itself makes of them, the
// situations show.

const bigintMax = 2n ** 63n - 1n;
const integerMax = 2n ** 31n - 1n;

interface Given {
  readonly sequence?: Partial<SurveyedSequence>;
  readonly columns?: readonly Partial<FedColumn>[];
  readonly at: bigint;
  readonly isCalled?: boolean;
  /** What each column reaches, and the first and last value that the sequence will run into. */
  readonly furthest?: bigint | null;
  readonly hits?: readonly [first: bigint, last: bigint];
  readonly lone?: readonly bigint[];
  readonly unread?: boolean;
}

function column(type: string, more: Partial<FedColumn> = {}): FedColumn {
  return {
    relationOid: '1',
    schema: 'public',
    table: 't',
    column: 'id',
    tableName: 'public.t',
    name: 'public.t.id',
    dataType: type,
    baseType: type,
    kind: 'table',
    link: 'default',
    block: { from: 0n, to: 0n },
    client: false,
    incomparable: null,
    range: columnRange(type, -1),
    indexed: true,
    unique: 'yes',
    unreadable: null,
    schemaClosed: false,
    locks: 2,
    pages: 1,
    ...more,
  };
}

function subject({ sequence = {}, columns = [{}], at, isCalled = true, furthest = null, hits, lone, unread }: Given): {
  readonly sequence: SurveyedSequence;
  readonly measurement: Measurement;
  readonly judgement: Judgement;
  readonly lone: readonly bigint[] | null;
} {
  const surveyed: SurveyedSequence = {
    oid: '2',
    schema: 'public',
    sequence: 't_id_seq',
    name: 'public.t_id_seq',
    owner: 'app',
    unspeakable: false,
    dataType: 'bigint',
    start: 1n,
    increment: 1n,
    min: 1n,
    max: bigintMax,
    cache: 1n,
    cycle: false,
    schemaClosed: false,
    readable: true,
    drawable: true,
    alterable: true,
    extension: null,
    subscribed: false,
    idleOwner: null,
    columns: columns.map(({ dataType = 'bigint', ...more }) => column(dataType, more)),
    ...sequence,
  };
  const reading: ColumnReading = {
    furthest,
    first: hits?.[0] ?? null,
    last: hits?.[1] ?? null,
    within: furthest,
    undecided: false,
    unread: unread === true ? { unreadable: 'permission', detail: null } : null,
  };
  const measurement: Measurement = {
    position: { lastValue: at, isCalled },
    unreadable: null,
    detail: null,
    replaced: false,
    columns: surveyed.columns.map(() => reading),
  };
  return { sequence: surveyed, measurement, judgement: judge(surveyed, measurement), lone: lone ?? null };
}

function findings(given: Given, nearLimit = 0.8): Finding[] {
  const { lone: outliers, ...one } = subject(given);
  return findingsOf({
    ...one,
    outliers,
    suggestion: null,
    guards: [],
    move: null,
    role: 'app',
    grants: grantsFor('app', 'look', [], null),
    nearLimit,
    offering: undefined,
  });
}

/** `level rule` of each, without the notes that every sequence of these has. */
function said(given: Given, nearLimit?: number): string[] {
  return findings(given, nearLimit)
    .filter(({ rule }) => rule !== 'unowned' && rule !== 'cycles')
    .map(({ level, rule }) => `${level satisfies FindingLevel} ${rule}`);
}

const integer = { dataType: 'integer', max: integerMax } as const;

test('used up comes before unlinked, but not before an owner that draws elsewhere', () => {
  const stateOf = (given: Given): string => subject(given).judgement.state;
  const alone = { columns: [], sequence: { max: 800n } };
  assert.equal(stateOf({ ...alone, at: 800n }), 'exhausted');
  assert.equal(stateOf({ ...alone, at: 799n }), 'unlinked');
  assert.equal(stateOf({ ...alone, at: 800n, isCalled: false }), 'unlinked');
  assert.equal(stateOf({ columns: [], sequence: { max: 800n, cycle: true }, at: 800n }), 'unlinked');
  assert.equal(stateOf({ columns: [], sequence: { max: 800n, idleOwner: 'public.t.id' }, at: 800n }), 'unlinked');
  assert.equal(stateOf({ columns: [], sequence: { increment: -1n, min: -9n, max: -1n }, at: -9n }), 'exhausted');
  assert.deepEqual(said({ ...alone, at: 800n }), ['error exhausted']);
  assert.equal(findings({ ...alone, at: 800n })[0]?.fix, 'alter sequence "public"."t_id_seq" no maxvalue;');
});

test('lone ids that are all that stands ahead are one warning', () => {
  const sequence = integer;
  const columns = [{ dataType: 'integer' }];
  const lone = [1_735_551_234n];
  const far = { sequence, columns, at: 2n, furthest: 1_735_551_234n, lone };
  assert.deepEqual(said({ ...far, hits: [1_735_551_234n, 1_735_551_234n] }), ['warning outlier']);
  // Something nearer stands ahead too
  assert.deepEqual(said({ ...far, hits: [20n, 1_735_551_234n] }), ['error behind', 'warning outlier']);
  // They could not be counted, or what else there is could not be seen
  assert.deepEqual(said({ ...far, hits: [1_735_551_234n, 1_735_551_234n], lone: [] }), [
    'error behind',
    'warning outlier',
  ]);
  assert.ok(said({ ...far, hits: [1_735_551_234n, 1_735_551_234n], unread: true }).includes('error behind'));
  // Downward, and in a sequence that sessions cache
  const down = { ...integer, increment: -1n, min: -integerMax, max: -1n, start: -1n, cache: 20n };
  const below = {
    sequence: down,
    columns,
    at: -2n,
    furthest: -2_000_000_001n,
    lone: [-2_000_000_001n, -2_000_000_000n],
  };
  assert.deepEqual(said({ ...below, hits: [-2_000_000_000n, -2_000_000_001n] }), ['warning outlier']);
  const { sequence: one, judgement } = subject({ ...far, hits: [1_735_551_234n, 1_735_551_234n] });
  assert.equal(judgement.state, 'behind', 'the state says what is so: the id will be handed out some day');
  assert.equal(isOutlierOnly(one, judgement, null), false);
});

test('an outlier is named, with when it is hit and what it would cost', () => {
  const [found] = findings({
    sequence: integer,
    columns: [{ dataType: 'integer' }],
    at: 2n,
    furthest: 2_000_000_004n,
    hits: [2_000_000_003n, 2_000_000_004n],
    lone: [2_000_000_004n, 2_000_000_003n],
  });
  assert.equal(
    found?.message,
    'public.t_id_seq will run into 2 outlying ids (2000000003, 2000000004), the first after 2000000000 more calls; moving it beyond those would use up 93 % of the remaining values',
  );
});

test('a sequence that stands far beyond all ids is set back by hand', () => {
  const back = (given: Given): bigint | null => {
    const { sequence, measurement, judgement } = subject(given);
    return restartOf(sequence, measurement, judgement)?.value ?? null;
  };
  const one = { sequence: integer, columns: [{ dataType: 'integer' }] };
  for (const [name, given, expected] of [
    ['at its end, ids reach 7', { ...one, at: integerMax, furthest: 7n }, 8n],
    ['ids reach less than half', { ...one, at: integerMax, furthest: 2n ** 30n - 2n }, 2n ** 30n - 1n],
    ['ids reach more than half', { ...one, at: integerMax, furthest: 2n ** 30n + 9n }, null],
    ['nothing stored', { ...one, at: integerMax, furthest: null }, 1n],
    ['below the start', { ...one, at: integerMax, furthest: -4n }, 1n],
    ['some could not be read', { ...one, at: integerMax, furthest: 7n, unread: true }, null],
    ['where it stands is where it belongs', { ...one, at: 7n, furthest: 7n }, null],
    ['it cycles', { ...one, sequence: { ...integer, cycle: true }, at: integerMax, furthest: 7n }, null],
    ['odd ones', { ...one, sequence: { ...integer, increment: 2n }, at: integerMax, furthest: 8n }, 9n],
    [
      'a text column beside',
      {
        ...one,
        columns: [{ dataType: 'integer' }, { incomparable: 'text-column' as const }],
        at: integerMax,
        furthest: 7n,
      },
      null,
    ],
    ['downward', { sequence: { increment: -1n, min: -100n, max: -1n, start: -1n }, at: -100n, furthest: -7n }, -8n],
    [
      'blocks that end with the value',
      {
        sequence: { increment: 50n, max: 2000n },
        columns: [{ block: { from: -49n, to: 0n }, client: true }],
        at: 1951n,
        furthest: 100n,
      },
      151n,
    ],
    ['beyond its column', { columns: [{ dataType: 'integer' }], at: 5_000_000_000n, furthest: 7n }, 8n],
  ] as const)
    assert.equal(back(given), expected, name);

  const [error] = findings({ ...one, at: integerMax, furthest: 7n });
  assert.match(error?.message ?? '', /2147483647, although the ids of public\.t\.id end at 7$/);
  assert.match(error?.help ?? '', /If ids above 7 are used nowhere else/);
  assert.equal(error?.fix, 'alter sequence "public"."t_id_seq" restart with 8;');
  const [near] = findings({ ...one, at: 2_147_483_000n, furthest: 7n });
  assert.equal(near?.rule, 'near-limit');
  assert.match(near?.message ?? '', /99\.9 % of its values: 647 are left, although .* end at 7$/);
  assert.equal(near?.fix, 'alter sequence "public"."t_id_seq" restart with 8;');
  const [last] = findings({ ...one, at: integerMax - 1n, furthest: integerMax - 1n });
  assert.match(last?.message ?? '', /99\.9 % of its values: 1 is left$/);
});

test('what widens a sequence leads no further than its columns can follow', () => {
  const fix = (given: Omit<Given, 'at'> & { readonly at?: bigint }): string | null =>
    findings({ at: given.sequence?.max ?? 0n, ...given }).find(({ rule }) => rule === 'exhausted')?.fix ?? null;
  const wide = 'alter table "public"."t" alter column "id" type bigint;';
  for (const [name, given, expected] of [
    [
      'both end at once',
      { sequence: integer, columns: [{ dataType: 'integer' }], furthest: integerMax },
      `${wide}\nalter sequence "public"."t_id_seq" as bigint;`,
    ],
    [
      'a bound that somebody set',
      { sequence: { dataType: 'integer', max: 10n }, columns: [{ dataType: 'integer' }], furthest: 10n },
      'alter sequence "public"."t_id_seq" no maxvalue;',
    ],
    [
      '… of a bigint sequence',
      { sequence: { max: 10n }, columns: [{ dataType: 'integer' }], furthest: 10n },
      'alter sequence "public"."t_id_seq" as integer no maxvalue;',
    ],
    [
      '… under a bigint column',
      { sequence: { dataType: 'integer', max: 10n }, columns: [{}], furthest: 10n },
      'alter sequence "public"."t_id_seq" as bigint no maxvalue;',
    ],
    [
      'a small sequence under an integer',
      { sequence: { dataType: 'smallint', max: 32_767n }, columns: [{ dataType: 'integer' }], furthest: 32_767n },
      'alter sequence "public"."t_id_seq" as integer;',
    ],
    [
      'a column that nothing widens here',
      {
        sequence: { dataType: 'smallint', max: 9999n },
        columns: [{ dataType: 'numeric(4,0)', range: { from: -9999n, to: 9999n } }],
        furthest: 9999n,
      },
      null,
    ],
  ] as const)
    assert.equal(fix(given), expected, name);
});

test('narrow columns: a note, a warning from a tenth on, near their limit from 80 %', () => {
  const at = (share: number, more: Partial<SurveyedSequence> = {}, nearLimit?: number): string[] => {
    const value = BigInt(Math.round(Number(integerMax) * share));
    return said({ columns: [{ dataType: 'integer' }], at: value, furthest: value, sequence: more }, nearLimit);
  };
  assert.deepEqual(at(0.0001), ['info narrow-column']);
  assert.deepEqual(at(0.099), ['info narrow-column']);
  assert.deepEqual(at(0.101), ['warning narrow-column']);
  assert.deepEqual(at(0.79), ['warning narrow-column']);
  assert.deepEqual(at(0.81), ['warning near-limit']);
  assert.deepEqual(at(0.06, {}, 0.05), ['warning near-limit']);
  // A sequence that cycles has no end, and the column has one
  assert.deepEqual(at(0.81, { cycle: true }), ['warning near-limit']);
  assert.deepEqual(at(1.5), ['error exhausted']);
  const down = { increment: -1n, min: -bigintMax - 1n, max: -1n, start: -1n };
  assert.deepEqual(
    said({ sequence: down, columns: [{ dataType: 'integer' }], at: -300_000_000n, furthest: -300_000_000n }),
    ['warning narrow-column'],
  );
});

test('no cause is claimed that the figures do not bear', () => {
  const help = (given: Given): string => findings(given).find(({ rule }) => rule === 'behind')?.help ?? '';
  const restarted = help({ at: 1n, isCalled: false, furthest: 5n, hits: [1n, 5n] });
  const setBack = help({ at: 114_998_904n, furthest: 115_000_000n, hits: [114_998_905n, 115_000_000n] });
  for (const text of [restarted, setBack]) {
    assert.doesNotMatch(text, /never drawn|far behind/);
    assert.match(text, /restart|set back/);
  }
});

test('a key that nothing numbers gets the line that numbers it', () => {
  const key = {
    oid: '1',
    schema: 'public',
    table: 'Alert',
    column: 'id',
    name: 'public."Alert".id',
    dataType: 'integer',
  };
  const line =
    '-- locks "public"."Alert" for a moment (ACCESS EXCLUSIVE) and rewrites nothing; existing rows keep their ids\n' +
    'alter table "public"."Alert" alter column "id" add generated by default as identity';
  assert.equal(unfed.find(key, 41n).fix, `${line} (start with 42);`);
  assert.equal(unfed.find(key, null).fix, `${line};`);
  assert.equal(unfed.find(key, -3n).fix, `${line};`);
  assert.equal(unfed.find(key, integerMax).fix, null);
  const unread = unfed.find(key, undefined);
  assert.deepEqual([unread.fix, unread.key, unread.level], [`${line};`, 'unfed:public."Alert".id', 'info']);
  assert.match(unread.help, /then run pgseq fix/);
});

test('one is one', () => {
  assert.deepEqual(
    [0, 1, 1n, 2].map((count) => counted(count, 'call')),
    ['0 calls', '1 call', '1 call', '2 calls'],
  );
  assert.equal(counted(1, 'is left', 'are left'), '1 is left');
});
