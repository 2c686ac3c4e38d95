import { type QueryOptions, violated } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { UniqueViolation } from '../pg/query/unique-violation.ts';
import { inspect } from './inspect.ts';
import type { FedColumn, SurveyedSequence } from './model/surveyed.ts';
import type { InspectOptions } from './model/options.ts';

/** The sequences that feed a violated key. */
export interface FeedingSequences {
  /** `schema.table`, quoted only where needed; null where the key belongs to no table that is fed. */
  readonly table: string | null;
  readonly oids: readonly string[];
  /** The columns of the key that they feed, by their names. */
  readonly columns: readonly string[];
}

const nobody: FeedingSequences = { table: null, oids: [], columns: [] };

/**
 * Finds the sequences that feed a column of a violated key, in a partition or an inheritance child those of the tables above it.
 * Where nothing gives the key its values that is one statement; only otherwise the database is surveyed.
 */
export async function feedingSequences(
  db: Queryable,
  violation: UniqueViolation,
  options: InspectOptions,
  queryOptions: QueryOptions,
): Promise<FeedingSequences> {
  const key = await keyColumns(db, violation, options, queryOptions);
  return key === null || key.size === 0 ? nobody : feedingSequencesAmong((await inspect(db, options)).all, key);
}

/**
 * The columns of a violated key that something gives their values, there and in the tables above: an oid and a name each. Null: no
 * unique constraint or index here is called so.
 */
async function keyColumns(
  db: Queryable,
  violation: UniqueViolation,
  options: InspectOptions,
  queryOptions: QueryOptions,
): Promise<ReadonlySet<string> | null> {
  const isLinked = (options.links ?? []).length > 0;
  const key = await violated(db, queryOptions, violation);
  if (key.length === 0) return null;
  const fed = key.filter(({ column, generated }) => column !== null && (generated === 't' || isLinked));
  return new Set(
    fed.flatMap(({ relations, column }) =>
      (JSON.parse(relations ?? '[]') as string[]).map((oid) => `${oid} ${column}`),
    ),
  );
}

/** Those of the database's sequences that feed a column of a key. Pure. */
export function feedingSequencesAmong(all: readonly SurveyedSequence[], key: ReadonlySet<string>): FeedingSequences {
  const isOfKey = ({ relationOid, column }: FedColumn): boolean => key.has(`${relationOid} ${column}`);
  const found = all.filter(({ columns }) => columns.some(isOfKey));
  const place = found.flatMap(({ columns }) => columns.filter(isOfKey));
  return {
    table: place[0]?.tableName ?? null,
    oids: found.map(({ oid }) => oid),
    columns: place.map(({ column }) => column),
  };
}
