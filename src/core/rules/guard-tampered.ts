import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardTampered: Rule = {
  name: 'guard-tampered',
  level: 'error',
  summary: 'a guard is not what pgseq made, or has an owner other than that of the table',
  find(subject) {
    return guardFinding(
      subject,
      'tampered',
      'Anyone who changed it, or owns its function, can run code with the rights of every role that stores rows there.',
      'upgrade',
    );
  },
};
