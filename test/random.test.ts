import assert from 'node:assert/strict';
import fc from 'fast-check';
import { run } from './situation/run.ts';
import { type Claim, disprove } from './situation/oracle.ts';
import { type Database, databaseTest, withDatabase } from './support/database.ts';
import { newest } from './support/servers.ts';

// Sequences nobody would think of: any type, direction, step, bounds, cache, position, and any rows. What check says of each
// is held against values that are really drawn; where fix leaves each, against what is stored.

interface Shape {
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

const shape: fc.Arbitrary<Shape> = fc.record({
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

function sqlOf(
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

databaseTest('check agrees with what drawing shows, and fix with what is stored', newest, '', async (db, t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const shapes = fc.sample(shape, { numRuns: 120, seed });
  const setup = shapes.map(sqlOf).join('\n');
  await db.query(setup);
  const { output } = await run(['check', '--format', 'json', db.url]);
  const { sequences } = JSON.parse(output) as { sequences: Claim[] };
  assert.equal(sequences.length, shapes.length);
  const told = sequences.filter(({ state }) => state !== 'incomparable');
  assert.ok(
    ['ok', 'behind', 'exhausted', 'empty'].every((state) => told.some((claim) => claim.state === state)),
    'every state occurs',
  );
  for (const claim of told) {
    const i = Number(claim.name.replace('public.s', ''));
    assert.equal(await disprove(db, claim, 'single'), null, `${claim.name}\n${sqlOf(shapes[i] as Shape, i)}`);
  }
  await withDatabase(newest, 'fix of random sequences', setup, async (copy) => await fixes(copy, shapes));
});

interface Fixed extends Claim {
  readonly action: string;
  readonly before: { readonly next: string | null } | null;
  readonly after: { readonly next: string | null } | null;
}

async function fixes(db: Database, shapes: readonly Shape[]): Promise<void> {
  const { output } = await run(['fix', '--max-jump', '100%', '--format', 'json', db.url]);
  const { sequences } = JSON.parse(output) as { sequences: Fixed[] };
  for (const { name, action, before, after, increment, min, max, state } of sequences) {
    const i = Number(name.replace('public.s', ''));
    const what = `${name} ${action}\n${sqlOf(shapes[i] as Shape, i)}`;
    if (action !== 'moved') {
      assert.ok(action === 'unchanged' || state === 'behind', what);
      continue;
    }
    const step = BigInt(increment);
    const [from, to] = [BigInt(before?.next ?? 'x'), BigInt(after?.next ?? 'x')];
    assert.equal(state, 'ok', what);
    assert.ok(step > 0n ? to > from : to < from, `forward: ${what}`);
    assert.equal((to - from) % step, 0n, `on its progression: ${what}`);
    assert.ok(to >= BigInt(min) && to <= BigInt(max), `within its bounds: ${what}`);
    const ahead = step > 0n ? '>=' : '<=';
    const taken = await db.query(
      `select count(*) from t${i} where id ${ahead} ${to} and (id::numeric - ${to}) % ${step} = 0 and id::numeric between ${min} and ${max}`,
    );
    assert.equal(taken[0]?.[0], '0', `nothing beyond is taken: ${what}`);
    // No further than it must, but for what a session's own cache takes along
    const last = await db.query(`select count(*) from t${i} where id::numeric = ${to - step}`);
    if ((shapes[i] as Shape).cache === 1) assert.equal(last[0]?.[0] === '0', false, `no id is skipped: ${what}`);
  }
}
