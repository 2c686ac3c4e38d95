import { guardFinding } from './guard.ts';
import type { Rule } from '../model/finding.ts';

export const guardIncomplete: Rule = {
  name: 'guard-incomplete',
  level: 'warning',
  summary: 'a table, a partition or a trigger is missing from a guard',
  find({ guards, offering }) {
    // A guard that lost its column, which another rule tells, is made anew for the column that has none
    const stray = guards.filter(({ sequence }) => sequence === null).map(({ tableName }) => tableName);
    // A column without a guard, where another column of the same sequence has one
    return (
      guardFinding(
        { guards, offering },
        'incomplete',
        'Rows stored there with their own ids can leave the sequence behind.',
        'upgrade',
      ) ??
      guardFinding(
        { guards: guards.filter(({ tableName }) => !stray.includes(tableName)), offering },
        'unguarded',
        'Rows stored there with their own ids can leave the sequence behind.',
        'install',
      )
    );
  },
};
