import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { tooOld } from '../../../src/cli/node-version.ts';
import { fromRoot } from '../../support/root.ts';

test('an older Node is told which one is needed, and which it is', () => {
  for (const found of ['12.22.0', '18.20.8', '20.0.0', '20.18.3', '8.1.0'])
    assert.equal(tooOld(found), `pgseq needs Node.js 20.19 or newer; this is ${found}`);
  for (const found of ['20.19.0', '20.20.2', '21.0.0', '22.13.0', '24.0.0', '100.0.0']) assert.equal(tooOld(found), '');
  const { engines } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { engines: { node: string } };
  assert.equal(engines.node, '>=20.19');
});

test('what an older Node reads has no word that it does not know, and loads nothing else before it has looked', async () => {
  const entry = readFileSync(fromRoot('dist', 'cli', 'main.js'), 'utf8');
  // The same text comes out for Node 12.20 as for the one that it was built for
  const { code } = await transform(entry, { target: 'node12.20', format: 'esm', minify: true });
  const { code: built } = await transform(entry, { target: 'node20', format: 'esm', minify: true });
  assert.equal(code, built);
  assert.doesNotMatch(entry, /^import\s|[;}]import[\s"'{]|\bawait\b/m);
  assert.ok(entry.length < 1000);
});
