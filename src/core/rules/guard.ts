import { offered } from '../../pg/offering.ts';
import { shellWord } from '../../pg/shell.ts';
import type { FindingSubject } from '../model/finding.ts';
import type { GuardState } from '../model/guard.ts';

/** What a rule says of the columns whose guard is in a state; null when there are none. */
export function guardFinding(
  { guards, offering }: Pick<FindingSubject, 'guards' | 'offering'>,
  state: GuardState,
  help: string,
  verb: 'install' | 'upgrade' | 'enable',
): { message: string; help: string } | null {
  const found = guards.filter((guard) => guard.state === state);
  if (found.length === 0) return null;
  const tables = [...new Set(found.map(({ tableName }) => `-t ${shellWord(tableName)}`))];
  return {
    message: found
      .map(({ name, message }) => (state === 'unguarded' ? `${name} has no guard` : `guard of ${name}: ${message}`))
      .join('; '),
    help: `${help} To fix it: ${offered(offering, `guard ${verb} ${tables.join(' ')}`)}`,
  };
}
