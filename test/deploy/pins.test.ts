import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../support/root.ts';
import { version } from './programs.ts';

test('where a version of pgseq is pinned, it is that of this checkout', () => {
  const files = ['deploy', 'docs', 'examples'].flatMap((folder) =>
    readdirSync(fromRoot(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.includes('node_modules') && /(?:\.(?:ya?ml|md)|Makefile)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const pins = files.flatMap((file) =>
    [...readFileSync(fromRoot(file), 'utf8').matchAll(/pgseq[@:]v?(\d+\.\d+\.\d+)/g)].map(([, pin]) => [file, pin]),
  );
  assert.ok(pins.length > 3);
  assert.deepEqual(
    pins.filter(([, pin]) => pin !== version),
    [],
  );
});
