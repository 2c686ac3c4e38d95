import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databasePattern, matches, relationPattern, schemaPattern } from '../../../src/core/survey/patterns.ts';

// A pattern comes from a configuration that others wrote, a name from whoever may create a table: together they must not be able to
// keep the program busy. Each of these takes JavaScript's own expressions longer than the age of the universe.

const name = 'a'.repeat(63);
const endless = [
  '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b',
  '(a|aa)+b',
  '(a*)*b',
  '(a+)+b',
  '([a-z]+)*b',
  'a?a?a?(a|a)*(a|a)*b',
];

test('no pattern takes long, whatever the name', () => {
  for (const text of endless) {
    for (const pattern of [relationPattern, schemaPattern, databasePattern])
      assert.equal(pattern(text).name.test(name), false, text);
    const both = relationPattern(`${text}.${text}`);
    assert.equal(matches(both, { schema: name, name: `${name}b`, visible: true }), false);
    assert.equal(matches(both, { schema: `${name}b`, name: `${name}b`, visible: true }), true, text);
  }
});

test('what RE2 matches is what psql matches', () => {
  for (const [text, yes, no] of [
    ['user[0-9]+', ['user1', 'user42'], ['user', 'xuser1', 'user1x']],
    ['(orders|items)', ['orders', 'items'], ['order']],
    ['o?d*s*', ['orders', 'oxds'], ['ods', 'orxers']],
    ['"a.b*"', ['a.b*'], ['axb', 'a.bc']],
    ['a*b*c*d', ['abcd', 'axbxcxd', 'a\nbcd'], ['abc']],
    ['[^a-m]*', ['orders'], ['items']],
    ['ÄRGER[0-9]', ['Ärger1'], ['ärger1', 'Ärger']],
    ['Übersicht', ['Übersicht'], ['übersicht']],
    ['?', ['a', '😀', 'é'], ['ab']],
    ['a[]', ['a[]'], ['a']],
    ['x[[:digit:]]', ['x1'], ['xd']],
    ['a$b', ['a$b'], ['ab']],
  ] as const) {
    for (const one of yes) assert.equal(schemaPattern(text).name.test(one), true, `${text} ${one}`);
    for (const one of no) assert.equal(schemaPattern(text).name.test(one), false, `${text} ${one}`);
  }
});

test('what cannot be matched so is refused', () => {
  for (const text of ['(a)\\1', '[a', 'a{2,1}', 'a{1001}']) assert.throws(() => schemaPattern(text), /not a pattern/);
});
