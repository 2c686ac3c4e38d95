import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardTampered: Rule = {
  name: 'guard-tampered',
  level: 'error',
  summary: 'a guard is not what pgseq made, or belongs to somebody other than the table',
  find(subject) {
    return guardFinding(
      subject,
      'tampered',
      'Whoever changed it, or owns its function, can run code with the rights of everybody who stores rows there.',
      'upgrade',
    );
  },
};
