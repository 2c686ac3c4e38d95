import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardDisabled: Rule = {
  name: 'guard-disabled',
  level: 'warning',
  summary: 'triggers of a guard are disabled',
  find(subject) {
    return guardFinding(
      subject,
      'disabled',
      'Rows that are stored there with ids of their own can put the sequence behind.',
      'enable',
    );
  },
};
