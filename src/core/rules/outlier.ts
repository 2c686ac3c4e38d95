import type { Rule } from '../model/finding.ts';
import { rangesOf } from '../model/surveyed.ts';
import { callsBefore, callsLeft, upward } from '../model/sequence.ts';
import { counted } from '../../text/counted.ts';

export const outlier: Rule = {
  name: 'outlier',
  level: 'warning',
  summary: 'a few outlying ids far ahead would use up most of the range',
  find({ sequence, judgement: { next, target, remaining }, outliers }) {
    if (outliers === null || next === null || target === null) return null;
    const { up, step, range } = upward(sequence, rangesOf(sequence));
    const rows = outliers.toSorted((a, b) => (up(a) < up(b) ? -1 : 1));
    const [first] = rows;
    const named =
      rows.length === 0
        ? 'ids that could not be counted'
        : `${counted(rows.length, 'outlying id')} (${rows.join(', ')})`;
    // Of a block it may be the last id
    const reach = sequence.columns.reduce(
      (most, { block }) => (block !== null && block.to > most ? block.to : most),
      0n,
    );
    const when =
      first === undefined
        ? ''
        : `${rows.length === 1 ? '' : ', the first'} after ${counted(callsBefore(up(first) - reach - up(next), step), 'more call')}`;
    const calls = (up(target) - up(next)) / step;
    const share = (Number(calls) * 100) / Number(callsLeft(up(next), range.to, step));
    const cost =
      share >= 1
        ? `use up ${share.toFixed(0)} % of the remaining values`
        : 'cross 2^53, beyond which JavaScript and JSON lose digits';
    return {
      message: `${sequence.name} will run into ${named}${when}; moving it beyond ${rows.length === 1 ? 'that' : 'those'} would ${cost}`,
      help: `So pgseq does not move it: ${counted(remaining ?? 0n, 'value')} would be left. If ${rows.length === 1 ? 'that id is a typo, correct or delete that row' : 'those ids are typos, correct or delete those rows'}; to move it anyway: --max-jump 100%.`,
    };
  },
};
