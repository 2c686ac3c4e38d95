import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { Problem } from '../../pg/problem.ts';
import type { SurveyedSequence } from '../model.ts';
import { passing } from './load.ts';
import { type Load, nameOf } from './plan.ts';
import type { ImportSession } from './target.ts';

/** What each sequence would have to hand out at least, by its name: what `floors` says, and beyond the rows that came into the copies. */
export async function floorsWithRows(
  session: ImportSession,
  loads: readonly Load[],
  feeding: readonly SurveyedSequence[],
  floors: ReadonlyMap<string, bigint>,
): Promise<Map<string, bigint>> {
  const found = new Map(floors);
  for (const [place, { target, columns }] of loads.entries())
    for (const { name, increment, columns: fed } of feeding) {
      const column = fed.find(
        ({ relationOid, incomparable }) =>
          incomparable === null && (relationOid === target.oid || relationOid === target.root),
      )?.column;
      if (column === undefined || !columns.some((one) => one.column.name === column)) continue;
      const furthest = `pg_catalog.${increment > 0n ? 'max' : 'min'}(${quoteIdentifier(column)})`;
      const [row] = await session.query(
        `select pg_catalog.trunc(${furthest})::pg_catalog.text from pg_temp.${passing(place)}`,
      );
      const value = row?.[0] ?? '';
      if (!/^-?\d+$/.test(value)) continue;
      const next = BigInt(value) + (increment > 0n ? 1n : -1n);
      const floor = found.get(name);
      if (floor === undefined || (increment > 0n ? next > floor : next < floor)) found.set(name, next);
    }
  return found;
}

/** Throws a Problem where rows have a primary key that is there already: the import itself would fail on the first of them. */
export async function refuseTaken(session: ImportSession, loads: readonly Load[]): Promise<void> {
  for (const [place, { from, target, columns }] of loads.entries()) {
    const [key = []] = target.keys;
    const given = (name: string): boolean => columns.some(({ column }) => column.name === name && column.select);
    if (key.length === 0 || !key.every(given)) continue;
    const same = key.map((name) => `t.${quoteIdentifier(name)} = r.${quoteIdentifier(name)}`).join(' and ');
    const shown = key.map((name) => `r.${quoteIdentifier(name)}`).join(', ');
    const [row] = await session.query(
      `select pg_catalog.count(*), pg_catalog.min(pg_catalog.concat_ws(', ', ${shown})) from pg_temp.${passing(place)} r ` +
        `where exists (select from ${quoteRelation(target.schema, target.name)} t where ${same})`,
    );
    const count = row?.[0] ?? '0';
    if (count !== '0')
      throw new Problem(
        `${from}: ${count === '1' ? '1 row is' : `${count} rows are`} in ${nameOf(target)} already, by (${key.join(', ')}): (${row?.[1] ?? ''}) is one`,
        { hint: '--on-conflict skip leaves such rows away, --on-conflict update writes over what is there' },
      );
  }
}
