import type { Rule } from '../finding.ts';
import { widen } from './advice.ts';

export const nearLimit: Rule = {
  name: 'near-limit',
  level: 'warning',
  summary: 'the sequence has used most of its values',
  find({ sequence, judgement: { state, used, remaining }, outliers, nearLimit }) {
    if (used === null || used < nearLimit || state === 'exhausted' || sequence.cycle || outliers !== null) return null;
    return {
      message: `${sequence.name} has used ${(used * 100).toFixed(1)} % of its values: ${remaining} are left`,
      help: 'When none is left, every insert that draws from it fails. Widening a column rewrites its table: plan for it now.',
      ...widen(sequence),
    };
  },
};
