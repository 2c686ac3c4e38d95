import type { Queryable } from '../pg/queryable.ts';
import { suggestedLink } from './model/links.ts';
import { inspect } from './inspect.ts';
import type { InspectOptions } from './model/options.ts';
import { suggestionsFor } from './findings/findings.ts';

/** Links that would suit sequences which feed nothing that the catalogs know: by their names, which may deceive. */
export async function suggestedLinks(db: Queryable, options: InspectOptions = {}): Promise<string[]> {
  const inspection = await inspect(db, options);
  const idle = inspection.scope.sequences.filter(({ columns }) => columns.length === 0);
  const looked = await inspection.assess(idle, 0n, 'measure');
  const suggestions = await suggestionsFor(inspection, looked);
  return looked.flatMap(({ sequence }) => {
    const column = suggestions.get(sequence.oid)?.column;
    return column === undefined ? [] : [suggestedLink(sequence, column)];
  });
}
