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
  const tables = [...new Set(found.map(({ tableName }) => `-t ${word(tableName)}`))];
  return {
    message: found
      .map(({ name, message }) => (state === 'unguarded' ? `${name} has no guard` : `guard of ${name}: ${message}`))
      .join('; '),
    help: `${help} The cure: pgseq guard ${verb} ${tables.join(' ')}`,
  };
}

/** A name as a word for a shell: quoted where it is quoted for SQL. */
function word(name: string): string {
  return /[^\w.]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : name;
}
