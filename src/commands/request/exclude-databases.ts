import { databasePattern } from '../../core/survey/patterns.ts';
import { Problem } from '../../problem.ts';

/** Those whose names match none of the patterns of --exclude-database. One that matches nothing is a mistake, as everywhere. */
export function withoutExcluded<Item extends { readonly name: string | null }>(
  patterns: readonly string[],
  items: readonly Item[],
): Item[] {
  const rest = patterns.map(databasePattern).reduce(
    (left, { text, name: pattern }) => {
      if (!items.some(({ name }) => pattern.test(name ?? '')))
        throw new Problem(`--exclude-database ${text}: matches no database`);
      return left.filter(({ name }) => !pattern.test(name ?? ''));
    },
    [...items],
  );
  if (rest.length === 0 && items.length > 0) throw new Problem('--exclude-database leaves no database');
  return rest;
}
