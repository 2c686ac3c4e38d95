import { unquotedName } from '../../pg/identifier.ts';
import { Problem } from '../../problem.ts';

/**
 * Of what a database holds, what was chosen, in the database's order: everything that moves by itself (tables) where nothing
 * was, else exactly what was named, views too. A name is taken as it is written, and without regard to case where that fits
 * only one. Throws a Problem that lists what there is for a name that fits nothing.
 */
export function chosen<Item extends { readonly name: string; readonly onlyWhenNamed: boolean }>(
  all: readonly Item[],
  names: readonly string[],
  source: string,
  called: (item: Item) => readonly string[] = ({ name }) => [name],
): Item[] {
  if (names.length === 0) return all.filter(({ onlyWhenNamed }) => !onlyWhenNamed);
  const picked = new Set(
    names.map((typed) => {
      const name = unquotedName(typed);
      const exact = all.filter((item) => called(item).includes(name));
      const folded = all.filter((item) => called(item).some((one) => one.toLowerCase() === name.toLowerCase()));
      const [first, second] = exact.length > 0 ? exact : folded;
      if (first === undefined)
        throw new Problem(`${source} has no table ${name}`, { hint: `it has ${list(all.map((item) => item.name))}` });
      if (second !== undefined)
        throw new Problem(`${source} has more than one table ${name}`, {
          hint: `choose one: ${[first, second].map((item) => called(item).at(-1)).join(' or ')}`,
        });
      return first;
    }),
  );
  return all.filter((item) => picked.has(item));
}

const most = 20;

function list(names: readonly string[]): string {
  if (names.length === 0) return 'no tables at all';
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
