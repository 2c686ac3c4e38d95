import assert from 'node:assert/strict';
import fc from 'fast-check';
import { amount, isProof, seed } from '../support/proof.ts';
import { pgseq } from '../support/pgseq.ts';
import { type Claim, disprove } from './oracle.ts';
import { type Shape, shape, sqlOf } from './random.ts';
import { type Database, databaseTest, withDatabase } from '../support/database.ts';
import { newest } from '../support/servers.ts';

// What check says of random sequences is held against values that are really drawn; where fix leaves each, against what is stored.

databaseTest('check agrees with what drawing shows, and fix with what is stored', newest, '', async (db, t) => {
  const shapes = fc.sample(shape, { numRuns: amount(40, 120), seed: seed(t) });
  const setup = shapes.map(sqlOf).join('\n');
  await db.query(setup);
  const { stdout } = await pgseq(['check', '--format', 'json', db.url]);
  const { sequences } = JSON.parse(stdout) as { sequences: Claim[] };
  assert.equal(sequences.length, shapes.length);
  const told = sequences.filter(({ state }) => state !== 'incomparable');
  // Of a few not every one has to
  assert.ok(
    !isProof || ['ok', 'behind', 'exhausted', 'empty'].every((state) => told.some((claim) => claim.state === state)),
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
  const { stdout } = await pgseq(['fix', '--max-jump', '100%', '--format', 'json', db.url]);
  const { sequences } = JSON.parse(stdout) as { sequences: Fixed[] };
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
