import { holds, type KeyPart, keyTypes } from '../pg/query/measurement-sql.ts';
import { type QueryOptions, violated } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { UniqueViolation } from '../pg/query/unique-violation.ts';
import { runBatches } from '../core/measure/run-batches.ts';
import { feedingSequencesAmong } from '../core/feeding-sequences.ts';
import type { Inspection } from '../core/inspect.ts';
import type { SurveyedSequence } from '../core/model/surveyed.ts';

/** A unique constraint or index of a database, by the columns of its key. */
export interface NamedKey {
  readonly constraint: string;
  readonly schema: string;
  readonly table: string;
  readonly relationOid: string;
  /** pg_class.relkind of the table. */
  readonly kind: string;
  readonly primary: boolean;
  readonly columns: readonly KeyColumn[];
  /** No expression is a part of it. */
  readonly whole: boolean;
}

export interface KeyColumn {
  readonly column: string;
  /** The table and all that it is a partition or an inheritance child of: oids. */
  readonly relations: readonly string[];
  /** What its type is based on, where PostgreSQL has it: int4. */
  readonly baseType: string | null;
  readonly default: string | null;
  /** The columns that a foreign key of it refers to. */
  readonly parents: readonly Parent[];
}

interface Parent {
  readonly relationOid: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** The keys that a name means, wherever they are; without the name of a constraint, the primary keys of a table. */
export async function keysNamed(
  db: Queryable,
  queryOptions: QueryOptions,
  named: Pick<UniqueViolation, 'schema' | 'table' | 'constraint'>,
): Promise<NamedKey[]> {
  const keys = new Map<string, NamedKey & { columns: KeyColumn[] }>();
  for (const row of await violated(db, queryOptions, named, named.constraint !== null)) {
    const index = row.index ?? '';
    const key = keys.get(index) ?? {
      constraint: row.constraint ?? '',
      schema: row.schema ?? '',
      table: row.table ?? '',
      relationOid: row.relationOid ?? '',
      kind: row.kind ?? '',
      primary: row.primary === 't',
      columns: [],
      whole: true,
    };
    if (row.column !== null)
      key.columns.push({
        column: row.column,
        relations: JSON.parse(row.relations ?? '[]') as string[],
        baseType: row.baseType,
        default: row.default,
        parents: (JSON.parse(row.parents ?? '[]') as [string, string, string, string][]).map(
          ([relationOid, schema, table, column]) => ({ relationOid, schema, table, column }),
        ),
      });
    keys.set(index, row.column === null ? { ...key, whole: false } : key);
  }
  const all = [...keys.values()];
  return preferred(all, ({ constraint }) => named.constraint === null || constraint === named.constraint);
}

/** Those that something holds for; all of them where it holds for none. */
export function preferred<One>(all: readonly One[], holdsFor: (one: One) => boolean): One[] {
  const some = all.filter((one) => holdsFor(one));
  return some.length > 0 ? some : [...all];
}

/** So many tables are looked into for one key. */
const mostLookedInto = 200;

/**
 * Whether a table holds a key, for each of some; null where that was not seen: a type that cannot be compared, a partitioned table, no
 * right to read. Read under the same screen as everything else: no code of strangers runs.
 */
export async function stored(
  keys: readonly NamedKey[],
  value: string | null,
  inspection: Inspection,
): Promise<(boolean | null)[]> {
  const parts = keys.slice(0, mostLookedInto).map((key) => partsOf(key, value));
  const questions = parts.flatMap((part, i) => {
    const key = keys[i] as NamedKey;
    const { relationOid, schema, table } = key;
    if (part === null) return [];
    return {
      sql: () => holds({ schema, table }, part),
      relations: () => [{ oid: relationOid, schema, name: table, as: 'table' as const }],
      locks: 4,
      alone: false,
    };
  });
  const { queryOptions, server, sessions, trust } = inspection;
  const answers = await runBatches(sessions, questions, { queryOptions, trust, lockBudget: server.lockBudget });
  let next = 0;
  return keys.map((_, i) => {
    if (parts[i] === null || parts[i] === undefined) return null;
    const answer = answers[next++];
    return answer === undefined || !('text' in answer) || answer.text === null ? null : answer.text === 'true';
  });
}

/** The columns of a key with the values that an error prints for them; null where they cannot be told apart or compared. */
function partsOf({ kind, columns, whole }: NamedKey, value: string | null): KeyPart[] | null {
  if (value === null || kind !== 'r' || !whole || columns.length === 0) return null;
  const values = columns.length === 1 ? [value] : value.split(', ');
  if (values.length !== columns.length) return null;
  const parts = columns.map(({ column, baseType }, i) => ({ column, baseType, value: values[i] as string }));
  return parts.every((part): part is KeyPart => keyTypes.get(part.baseType ?? '')?.test(part.value) ?? false)
    ? parts
    : null;
}

/** The sequences of the scope that feed some columns: an oid and a name each. */
export function feeding(columns: ReadonlySet<string>, { all, scope }: Inspection): SurveyedSequence[] {
  const { oids } = feedingSequencesAmong(all, columns);
  return scope.sequences.filter(({ oid }) => oids.includes(oid));
}
