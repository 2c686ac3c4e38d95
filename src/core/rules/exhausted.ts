import type { Rule } from '../finding.ts';
import { widen } from './advice.ts';

export const exhausted: Rule = {
  name: 'exhausted',
  level: 'error',
  summary: 'the sequence has no value left to hand out',
  find({ sequence, judgement: { state, reason, next } }) {
    if (state !== 'exhausted') return null;
    const column = sequence.columns.find(({ range }) => next !== null && range !== null && (next > range.to || next < range.from));
    const message =
      reason === 'limit'
        ? `${sequence.name} has handed out its last value, ${sequence.increment > 0n ? sequence.max : sequence.min}`
        : `${sequence.name} will hand out ${next}, which ${column?.name} (${column?.dataType}) cannot hold`;
    return { message, help: 'Every insert that draws from it fails.', ...widen(sequence) };
  },
};
