import type { Rule } from '../finding.ts';
import { messageOf } from '../message.ts';
import { widen } from './advice.ts';

export const exhausted: Rule = {
  name: 'exhausted',
  level: 'error',
  summary: 'the sequence has no value left to hand out',
  find({ sequence, measurement, judgement }) {
    if (judgement.state !== 'exhausted') return null;
    return {
      message: messageOf(sequence, measurement, judgement),
      help: 'Every insert that draws from it fails.',
      ...widen(sequence),
    };
  },
};
