import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { code, fenced, prose } from '../../src/report/markup.ts';
import { printable } from '../../src/text/printable.ts';
import { assertPlain, cells, read } from './gfm.ts';
import { hostileNames } from './support.ts';

const signs = String.raw`\ | \| \\| ${'`'} ${'``'} * ** _ ~~ [ ]( ) ![ < > </code> <!-- --> & &amp; &#64; # #1 @ @a :// https://a.bc www.a.bc a@b.cd $ $x$ " ' - | :-: 1. > a`;
const text = fc
  .array(fc.oneof(fc.constantFrom(...signs.split(' '), ' ', '\n'), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 8,
  })
  .map((pieces) => pieces.join('').replaceAll('\0', ''));
const anyText = fc.oneof(text, fc.constantFrom(...hostileNames));

/** What stands in a cell after a reader has read it; cells lose their spaces at the ends. */
function inCell(markup: string): string {
  const root = read(`| head |\n| --- |\n| ${markup} |\n`);
  assertPlain(root);
  assert.equal(root.children.length, 1);
  return cells(root.children[0])[1]?.[0] ?? '';
}

/** Nothing shows an empty name, or one of spaces alone, and PostgreSQL has no empty ones. */
const shown = (of: string): string => printable(of).replaceAll('\u200b', '').trim();

test('any text is text again in a cell', () => {
  fc.assert(
    fc.property(anyText, (any) => assert.equal(inCell(prose(any)).trim(), shown(any))),
    { numRuns: 400 },
  );
});

test('any name is inline code again in a cell, also in a sentence', () => {
  fc.assert(
    fc.property(anyText, anyText, (name, rest) => {
      if (shown(name) === '') return;
      assert.equal(inCell(code(name)).trim(), shown(name));
      const sentence = `${name} draws ${rest} for ${name}`;
      assert.equal(inCell(prose(sentence, [name])).trim(), shown(sentence));
      assert.ok(prose(sentence, [name]).startsWith(code(name)));
    }),
    { numRuns: 400 },
  );
});

test('any lines are a block of code again', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 3 }), (any) => {
      const lines = any.map(printable);
      const root = read(`${fenced('sh', lines)}\nafter`);
      assert.deepEqual(
        root.children.map((node) => [node.type, 'value' in node ? node.value : null]),
        [
          ['code', lines.join('\n')],
          ['paragraph', null],
        ],
      );
    }),
    { numRuns: 200, examples: [[['```', '````']]] },
  );
});
