import { type Asking, violated } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import type { UniqueViolation } from '../../pg/violation.ts';
import { focus } from '../look.ts';
import type { SurveyedSequence } from '../model.ts';
import type { LookOptions } from '../options.ts';

/** The sequences that feed a violated key. */
export interface Suspects {
  /** `schema.table`, quoted only where needed; null where the key belongs to no table that is fed. */
  readonly table: string | null;
  readonly oids: readonly string[];
  /** The columns of the key that they feed, by their names. */
  readonly columns: readonly string[];
}

const nobody: Suspects = { table: null, oids: [], columns: [] };

/**
 * Finds the sequences that feed a column of a violated key, in a partition or an inheritance child those of the tables above it.
 * Where nothing gives the key its values that is one statement; only otherwise the database is surveyed.
 */
export async function suspects(
  db: Queryable,
  violation: UniqueViolation,
  options: LookOptions,
  asking: Asking,
): Promise<Suspects> {
  const key = await violated(db, asking, violation);
  const isLinked = (options.links ?? []).length > 0;
  const fed = key.filter(({ generated }) => generated === 't' || isLinked);
  if (fed.length === 0) return nobody;
  const columns = new Set(
    fed.flatMap(({ relations, column }) =>
      (JSON.parse(relations ?? '[]') as string[]).map((oid) => `${oid} ${column}`),
    ),
  );
  const { all } = await focus(db, options);
  const feeds = ({ columns: its }: SurveyedSequence): boolean =>
    its.some(({ relationOid, column }) => columns.has(`${relationOid} ${column}`));
  const found = all.filter(feeds);
  const place = found.flatMap((sequence) =>
    sequence.columns.filter(({ relationOid, column }) => columns.has(`${relationOid} ${column}`)),
  );
  return {
    table: place[0]?.tableName ?? null,
    oids: found.map(({ oid }) => oid),
    columns: place.map(({ column }) => column),
  };
}
