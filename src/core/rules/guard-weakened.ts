import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardWeakened: Rule = {
  name: 'guard-weakened',
  level: 'warning',
  summary: 'triggers of a guard fire at the wrong times',
  find(subject) {
    return guardFinding(
      subject,
      'weakened',
      'It may miss rows that arrive by replication, or all others, and may cost more than it should.',
      'upgrade',
    );
  },
};
