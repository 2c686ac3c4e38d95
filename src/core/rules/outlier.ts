import type { Rule } from '../finding.ts';
import { upward } from '../sequence.ts';

export const outlier: Rule = {
  name: 'outlier',
  level: 'warning',
  summary: 'a few lone ids far ahead would burn most of the range',
  find({ sequence, judgement: { next, target, remaining }, outliers }) {
    if (outliers === null || next === null || target === null) return null;
    const { up, step } = upward(sequence, []);
    const rows = outliers.toSorted((a, b) => (up(a) < up(b) ? -1 : 1));
    const [first] = rows;
    const hit = first === undefined ? '' : ` The first is hit after ${(up(first) - up(next)) / step} calls.`;
    const named =
      rows.length === 0
        ? 'ids that could not be counted'
        : `${rows.length} lone ${rows.length === 1 ? 'id' : 'ids'} (${rows.join(', ')})`;
    return {
      message: `${sequence.name} is not moved: moving it beyond ${named} would leave ${remaining} calls`,
      help: `A mistyped id should not use up the sequence.${hit} Correct or delete those rows, or move all the same with --max-jump 100%.`,
    };
  },
};
