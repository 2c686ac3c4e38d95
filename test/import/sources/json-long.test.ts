import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../../src/problem.ts';
import { longValue } from '../../../src/import/sources/files/json-long.ts';
import { columnValue } from '../../../src/import/sources/files/json-values.ts';
import { amount, seed } from '../../support/proof.ts';

const types = ['text', 'jsonb', 'text[]', 'int[]', 'bytea', 'bigint'];

/** What a way to read a value says of it: the value, or why there is none. */
function outcome(work: () => string | null): string | null {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return `refused: ${error.message.replace('here: ', '')}`;
  }
}

function ofParts(json: string, type: string): string | null {
  const parts = longValue(Buffer.from(json).toString('latin1'), type, 'here');
  return parts === null ? null : Buffer.from([...parts].join(''), 'latin1').toString('utf8');
}

function sameAs(json: string): void {
  for (const type of types)
    assert.equal(
      outcome(() => ofParts(json, type)),
      outcome(() => {
        const value = columnValue(json, type);
        return value === null ? null : String(value);
      }),
      `${type}: ${json.slice(0, 200)}`,
    );
}

test('a long value is stored as a short one is, whatever stands in it', (t) => {
  const escape = fc.constantFrom(
    '\\n',
    '\\\\',
    '\\"',
    '\\/',
    '\\u20ac',
    '\\ud83d',
    '\\ude00',
    '\\u0000',
    '€',
    '😀',
    'x',
  );
  const text = fc.array(escape).map((parts) => `"${parts.join('')}"`);
  const buffer = fc.uint8Array().map((bytes) => JSON.stringify(Buffer.from(bytes)));
  const arrays = fc.array(
    fc.oneof(
      text,
      fc.constant('null'),
      fc.array(text).map((items) => `[${items.join(', ')}]`),
    ),
  );
  const anything = fc.oneof(
    text,
    buffer,
    arrays.map((items) => `[${items.join(' ,')}]`),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  fc.assert(fc.property(anything, sameAs), { seed: seed(t), numRuns: amount(2000, 50_000) });
});

test('a character, an escape and a byte may stand where a long value is cut', () => {
  for (let before = 65_520; before < 65_552; before++)
    sameAs(`"${'x'.repeat(before)}€\\n\\ud83d\\ude00\\"${'\\\\'.repeat(40_000)}😀"`);
  sameAs(JSON.stringify(Buffer.alloc(40_000, 171)));
});

test('an array deeper than any of PostgreSQL is refused, and not read again for each of its depths', () => {
  const deep = `${'['.repeat(200_000)}1${']'.repeat(200_000)}`;
  for (const read of [columnValue(deep, 'text'), ofParts(deep, 'jsonb')]) assert.equal(read, deep);
  const said = 'refused: an array nested in more than 5 others';
  assert.equal(
    outcome(() => ofParts(deep, 'int[]')),
    said,
  );
  assert.equal(
    outcome(() => String(columnValue(deep, 'int[]'))),
    said,
  );
});
