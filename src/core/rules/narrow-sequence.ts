import type { Rule } from '../model/finding.ts';
import { quoted } from './advice.ts';

const typeMax: Readonly<Record<string, bigint>> = { smallint: 2n ** 15n - 1n, integer: 2n ** 31n - 1n };

export const narrowSequence: Rule = {
  name: 'narrow-sequence',
  level: 'warning',
  summary: 'the sequence ends before its bigint column does',
  find({ sequence }) {
    const column = sequence.columns.find(
      ({ baseType, incomparable }) => baseType === 'bigint' && incomparable !== 'expression',
    );
    if (column === undefined || sequence.max !== typeMax[sequence.dataType]) return null;
    return {
      message: `${sequence.name} is ${sequence.dataType} and ends at ${sequence.max}, although ${column.name} is bigint`,
      help: 'ALTER TABLE … TYPE bigint on a serial column does not change its sequence. This statement takes a moment and rewrites no table.',
      fix: `alter sequence ${quoted(sequence)} as bigint;`,
    };
  },
};
