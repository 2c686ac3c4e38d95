import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { chance, sample } from './proof.ts';

const items = Array.from({ length: 10 }, (_, i) => i);
const module = new URL('proof.js', import.meta.url).href;

/** What an expression over this module comes to in a process with these variables. */
function under(env: Readonly<Record<string, string>>, expression: string): string {
  const script = `const { amount, isProof, pick, seed } = await import(${JSON.stringify(module)});
    const said = []; const t = { diagnostic: (line) => said.push(line) }; console.log(${expression});`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env,
  });
  return (stdout + stderr).trim();
}

test('the same seed chooses the same, others choose others, and each is chosen by some', () => {
  const chosen = items.map((_, at) => sample(1000 + at * 17, items, 2));
  for (const [at, some] of chosen.entries()) {
    assert.deepEqual(sample(1000 + at * 17, items, 2), some);
    assert.equal(new Set(some).size, 2);
    assert.deepEqual(
      some,
      some.toSorted((a, b) => a - b),
    );
  }
  assert.ok(new Set(chosen.map(String)).size > 5);
  const ever = new Set(Array.from({ length: 200 }, (_, from) => sample(from, items, 2)).flat());
  assert.equal(ever.size, items.length);
  assert.deepEqual(sample(7, items, 99), items);
});

test('a chance is from 0 to 1, and spread', () => {
  const many = Array.from({ length: 1000 }, (_, n) => chance(5, n));
  assert.ok(many.every((one) => one >= 0 && one < 1));
  for (const tenth of items) {
    const share = many.filter((one) => Math.floor(one * 10) === tenth).length;
    assert.ok(share > 50 && share < 150, `${share} of 1000`);
  }
});

test('the long form takes all; the seed is the one that was given, and is told', () => {
  const shown = "isProof, amount('short', 'long'), pick(1, [1, 2, 3], 1).length";
  assert.equal(under({}, shown), 'false short 1');
  assert.equal(under({ PGSEQ_PROOF: '1' }, shown), 'true long 3');
  assert.equal(under({ PGSEQ_SEED: '42' }, 'seed(t), said[0]'), '42 PGSEQ_SEED=42 chooses the same again');
  assert.notEqual(under({}, 'seed(t)'), under({}, 'seed(t)'));
  assert.match(under({ PGSEQ_SEED: 'x' }, '1'), /PGSEQ_SEED is a number of up to nine digits: x/);
});
