import type { Queryable } from '../pg/queryable.ts';
import { suggestedLink } from './model/links.ts';
import { focus } from './inspect.ts';
import type { LookOptions } from './model/options.ts';
import { suggestionsFor } from './findings/findings.ts';

/** Links that would suit sequences which feed nothing that the catalogs know: by their names, which may deceive. */
export async function suggestedLinks(db: Queryable, options: LookOptions = {}): Promise<string[]> {
  const glass = await focus(db, options);
  const idle = glass.scope.sequences.filter(({ columns }) => columns.length === 0);
  const looked = await glass.look(idle, 0n, 'measure');
  const suggestions = await suggestionsFor(glass, looked);
  return looked.flatMap(({ sequence }) => {
    const column = suggestions.get(sequence.oid)?.column;
    return column === undefined ? [] : [suggestedLink(sequence, column)];
  });
}
