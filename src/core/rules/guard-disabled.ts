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
      'Rows stored there with their own ids can leave the sequence behind.',
      'enable',
    );
  },
};
