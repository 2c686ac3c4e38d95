import type { Rule } from '../model/finding.ts';
import { rangesOf } from '../model/surveyed.ts';
import { callsBefore, callsLeft, upward } from '../model/sequence.ts';
import { counted } from '../../text/counted.ts';

export const outlier: Rule = {
  name: 'outlier',
  level: 'warning',
  summary: 'a few lone ids far ahead would burn most of the range',
  find({ sequence, judgement: { next, target, remaining }, outliers }) {
    if (outliers === null || next === null || target === null) return null;
    const { up, step, range } = upward(sequence, rangesOf(sequence));
    const rows = outliers.toSorted((a, b) => (up(a) < up(b) ? -1 : 1));
    const [first] = rows;
    const named =
      rows.length === 0 ? 'ids that could not be counted' : `${counted(rows.length, 'lone id')} (${rows.join(', ')})`;
    // Of a block it may be the last id
    const reach = sequence.columns.reduce(
      (most, { block }) => (block !== null && block.to > most ? block.to : most),
      0n,
    );
    const when =
      first === undefined
        ? ''
        : `${rows.length === 1 ? '' : ', the first of them'} after ${counted(callsBefore(up(first) - reach - up(next), step), 'more call')}`;
    const calls = (up(target) - up(next)) / step;
    const share = (Number(calls) * 100) / Number(callsLeft(up(next), range.to, step));
    const cost =
      share >= 1
        ? `use up ${share.toFixed(0)} % of the values that are left`
        : 'lead beyond 2^53, where JavaScript and JSON lose digits';
    return {
      message: `${sequence.name} will run into ${named}${when}; moving it beyond would ${cost}`,
      help: `So it is not moved: a mistyped id should not use up the sequence, and ${counted(remaining ?? 0n, 'call')} would be left. Correct or delete ${rows.length === 1 ? 'that row' : 'those rows'}, or move it all the same with --max-jump 100%.`,
    };
  },
};
