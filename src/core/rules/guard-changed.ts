import { guardFinding } from './guard.ts';
import type { Rule } from '../finding.ts';

export const guardChanged: Rule = {
  name: 'guard-changed',
  level: 'warning',
  summary: 'a guard was made for another name, sequence or direction',
  find({ guards }) {
    return guardFinding(
      guards,
      'changed',
      'It looks up what it guards at every statement, which is slow, or is idle.',
      'upgrade',
    );
  },
};
