import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonFault } from '../../../src/import/sources/files/json-syntax.ts';
import { amount, seed } from '../../support/proof.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('what is JSON is what JSON.parse takes', (t) => {
  const piece = fc.constantFrom(
    ...Array.from('[]{}:,"\\u0a1.-+eE \n\t/'),
    'true',
    'null',
    'fals',
    '"a"',
    '"a":',
    '\\u00e9',
    '1.5',
    '\u00a0',
  );
  const broken = fc.array(piece, { maxLength: 9 }).map((all) => all.join(''));
  const whole = fc.json();
  const cut = fc.tuple(whole, fc.nat(), piece).map(([text, at, more]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + more + text.slice(place + 1);
  });
  fc.assert(
    fc.property(fc.oneof(broken, whole, cut), (text) => assert.equal(jsonFault(text) === null, isJson(text), text)),
    { seed: seed(t), numRuns: amount(5000, 100_000) },
  );
});

test('it says where, and stops where nothing could follow', () => {
  const cases: [string, number | null][] = [
    ['{"a":[1,{"b":"\\u00e9"}]} ', null],
    ['', 0],
    ['{"a":1} x', 8],
    ['[1,]', 3],
    ['{"a" 1}', 1],
    ['["a\nb"]', 1],
    ['[01]', 2],
    ['['.repeat(20_000), 10_000],
  ];
  for (const [text, fault] of cases) assert.equal(jsonFault(text), fault, text.slice(0, 20));
});
