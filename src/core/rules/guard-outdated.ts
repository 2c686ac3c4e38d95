import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardOutdated: Rule = {
  name: 'guard-outdated',
  level: 'warning',
  summary: 'a guard was made by an older version of pgseq',
  find(subject) {
    return guardFinding(subject, 'outdated', 'It works as that version did.', 'upgrade');
  },
};
