import type { GuardedColumn, GuardState } from '../guard/model.ts';

/** What a rule says of the columns whose guard is in a state; null when there are none. */
export function guardFinding(
  guards: readonly GuardedColumn[],
  state: GuardState,
  help: string,
  verb: 'install' | 'upgrade' | 'enable',
): { message: string; help: string } | null {
  const found = guards.filter((guard) => guard.state === state);
  if (found.length === 0) return null;
  const tables = [...new Set(found.map(({ tableName }) => tableName))];
  return {
    message: found.map(({ name, message }) => `guard of ${name}: ${message}`).join('; '),
    help: `${help} pgseq guard ${verb} mends it: ${tables.join(', ')}.`,
  };
}
