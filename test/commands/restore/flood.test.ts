import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flood } from '../../../src/commands/restore/flood.ts';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { file, restore, skip } from './support.ts';

// Errors that are alike are counted: the first, which says why, stays in sight.

test('the first five of a cause are told, and the others counted behind them', () => {
  const flood = new Flood();
  const told = [
    'line 4: relation "public.t" does not exist',
    ...Array.from({ length: 100_000 }, (_, n) => `line ${n + 5}: syntax error at or near "${n}"`),
    'line 100006: relation "public.u" does not exist',
  ].filter((error) => flood.add(error));
  const first = told.slice(0, 6);
  assert.deepEqual(told, [...first, 'line 100006: relation "public.u" does not exist']);
  assert.deepEqual(flood.lines(), [
    ...first,
    'and 99995 more like it',
    'line 100006: relation "public.u" does not exist',
  ]);
  assert.deepEqual(flood.untold(), ['and 99995 more like it: line 5: syntax error at or near "0"']);
});

test('what differs by more than a place and a value is no flood, and there is an end to all of it', () => {
  const flood = new Flood();
  const different = Array.from({ length: 150 }, (_, n) => `line ${n}: relation "t${'x'.repeat(n)}" does not exist`);
  assert.ok(different.every((error) => flood.add(error)));
  assert.deepEqual(flood.lines(), different);
  for (let n = 0; n < 10_000; n++) flood.add(`line ${n}: an error of its own ${'y'.repeat(n % 5000)}`);
  assert.ok(flood.lines().length <= 402, String(flood.lines().length));
  assert.match(flood.lines().at(-1) ?? '', /^and \d+ more errors$/);
  const entries = new Flood();
  for (let n = 0; n < 9; n++)
    entries.add(`TABLE t${n} bob: could not execute query: ERROR:  role "bob" does not exist`);
  assert.deepEqual([entries.lines().length, entries.lines().at(-1)], [6, 'and 4 more like it']);
});

databaseTest(
  'a script whose table is missing: its rows are one cause',
  newest,
  '',
  async (db, t) => {
    const rows = Array.from({ length: 3000 }, (_, n) => `INSERT INTO public.t VALUES (${n});\n`).join('');
    const { code, stdout, stderr } = await restore(['-q', file(t, 'dump.sql', rows), db.url]);
    assert.equal(code, 2);
    assert.match(
      stdout,
      /^not loaded {2}public\.t {2}0 of 3000 rows: no such table\nerror: line 1: relation "public\.t" does not exist\n/,
    );
    assert.match(stdout, /\nerror: and 2995 more like it\n/);
    assert.match(stderr, /\npgseq: and 2995 more like it: line 1: relation "public\.t" does not exist\n$/);
    assert.match(stderr, /^pgseq: psql:<stdin>:1: ERROR: {2}relation "public\.t" does not exist\n/);
    for (const text of [stdout, stderr]) assert.ok(text.split('\n').length < 40, text);
  },
  skip,
);
