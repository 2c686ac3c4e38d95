import type { Rule } from '../model/finding.ts';
import { isOutlierOnly } from '../model/lone.ts';

export const cached: Rule = {
  name: 'cached',
  level: 'warning',
  summary: 'the sequence is behind, and sessions hold values of it in their caches',
  find({ sequence, judgement, outliers }) {
    if (judgement.state !== 'behind' || sequence.cache <= 1n) return null;
    if (isOutlierOnly(sequence, judgement, outliers)) return null; // nothing taken has been drawn
    return {
      message: `${sequence.name} has CACHE ${sequence.cache}: open sessions may hold taken values that they drew before`,
      help: 'Moving the sequence does not reach those. Fixing it by its owner does: ALTER SEQUENCE makes every session draw anew (--method lock, which auto takes where it may).',
    };
  },
};
