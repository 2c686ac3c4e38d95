import assert from 'node:assert/strict';
import type { Position } from '../../../src/core/model/sequence.ts';

/** A row of a table: its cells by the names in the table's head. */
export type Row<Name extends string> = Readonly<Record<Name, string>>;

/** Reads a table, one case a line, cells between bars, their names in the first line. Lines that begin with -- are remarks. */
export function rows<Name extends string>(table: string): Row<Name>[] {
  const lines = table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('--'));
  const [head = [], ...body] = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return body.map((cells, i) => {
    assert.equal(cells.length, head.length, `as many cells as in the head: ${lines[i + 1]}`);
    return Object.fromEntries(head.map((name, place) => [name, cells[place] ?? ''])) as Row<Name>;
  });
}

/** Reads sums such as `17`, `-1`, `2^63-1` and `-2^63+10^2`; `-` alone is null. */
export function integer(text: string): bigint | null {
  return text === '-' ? null : sum(text);
}

/** Reads a sum where there must be one. */
export function sum(text: string): bigint {
  assert.match(text, /^[+-]?\d+(\^\d+)?([+-]\d+(\^\d+)?)*$/, `a number: ${text}`);
  return (text.match(/[+-]?[\d^]+/g) ?? []).reduce((total, term) => {
    const [base = '', exponent = '1'] = term.replace(/^[+-]/, '').split('^');
    const value = BigInt(base) ** BigInt(exponent);
    return term.startsWith('-') ? total - value : total + value;
  }, 0n);
}

/** Reads `3 t` and `3 f`: last_value and is_called. */
export function position(text: string): Position {
  const [last = '', called] = text.split(' ');
  return { lastValue: sum(last), isCalled: called === 't' };
}

/** What is expected and what came, row by row: all that differ are shown at once. */
export function compare<Name extends string>(
  table: readonly Row<Name>[],
  expected: (row: Row<Name>) => unknown,
  actual: (row: Row<Name>) => unknown,
): void {
  assert.ok(table.length > 0);
  const wrong = table.flatMap((row) => {
    const came = actual(row);
    try {
      assert.deepEqual(came, expected(row));
      return [];
    } catch (error) {
      return [`${Object.values(row).join(' | ')}\n${(error as Error).message}`];
    }
  });
  assert.equal(wrong.length, 0, `${wrong.length} of ${table.length} rows:\n\n${wrong.join('\n\n')}`);
}
