import type { Rule } from '../model/finding.ts';
import { isOutlierOnly } from '../model/lone.ts';

export const cached: Rule = {
  name: 'cached',
  level: 'warning',
  summary: 'the sequence is behind, and sessions hold cached values of it',
  find({ sequence, judgement, outliers }) {
    if (judgement.state !== 'behind' || sequence.cache <= 1n) return null;
    if (isOutlierOnly(sequence, judgement, outliers)) return null; // nothing taken has been drawn
    return {
      message: `${sequence.name} has CACHE ${sequence.cache}: open sessions may still hold cached values that are already in use`,
      help: 'Moving the sequence does not change those. A fix by its owner does: ALTER SEQUENCE makes every session discard its cache (--method lock, which auto uses where it may).',
    };
  },
};
