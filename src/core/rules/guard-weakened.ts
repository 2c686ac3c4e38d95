import { guardFinding } from './guard.ts';
import type { Rule } from '../finding.ts';

export const guardWeakened: Rule = {
  name: 'guard-weakened',
  level: 'warning',
  summary: 'triggers of a guard fire at other times than they should',
  find({ guards }) {
    return guardFinding(
      guards,
      'weakened',
      'pg_restore --disable-triggers leaves triggers like that. Rows that arrive by replication are not guarded, or all others cost too much.',
      'upgrade',
    );
  },
};
