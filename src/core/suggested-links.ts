import type { Queryable } from '../pg/queryable.ts';
import { focus, suggestionsFor } from './look.ts';
import type { LookOptions } from './options.ts';

/** Links that would suit sequences which feed nothing that the catalogs know: by their names, which may deceive. */
export async function suggestedLinks(db: Queryable, options: LookOptions = {}): Promise<string[]> {
  const glass = await focus(db, options);
  const idle = glass.scope.sequences.filter(({ columns }) => columns.length === 0);
  const looked = await glass.look(idle, 0n, 'measure');
  const suggestions = await suggestionsFor(glass, looked);
  return looked.flatMap(({ sequence: { oid, name, increment } }) => {
    const column = suggestions.get(oid);
    // Which ids a value of a larger increment stands for, only the application knows
    return column === undefined ? [] : [`${name}=${column}${increment === 1n || increment === -1n ? '' : '@below'}`];
  });
}
