import type { Rule } from '../model/finding.ts';
import { isReading } from '../model/surveyed.ts';
import { upward } from '../model/sequence.ts';

export const offProgression: Rule = {
  name: 'off-progression',
  level: 'warning',
  summary: 'rows ahead lie between the steps of the sequence',
  find({ sequence, measurement, judgement: { next } }) {
    const { up, step } = upward(sequence, []);
    if (step === 1n || next === null) return null;
    for (const [i, column] of sequence.columns.entries()) {
      const answer = measurement.columns[i] ?? null;
      const isSingle = column.block !== null && column.block.from === column.block.to;
      if (column.client || !isSingle || !isReading(answer) || answer.within === null) continue;
      if (up(answer.within) < up(next) || (up(answer.within) - up(next)) % step === 0n) continue;
      return {
        message: `${column.name} reaches ${answer.within}, which ${sequence.name} (next ${next}, in steps of ${sequence.increment}) never hands out`,
        help: 'That is correct if several servers share the ids (odd and even). If an application uses each value for a block of ids, give the link: --link … @below or @above.',
      };
    }
    return null;
  },
};
