import { type QueryOptions, readable } from '../../../pg/query/queries.ts';
import type { Queryable } from '../../../pg/queryable.ts';
import type { VerifiedRelation } from '../../../pg/query/relation-check.ts';
import { hasStray, shown } from '../../../pg/query/stray-bytes.ts';
import { chosen } from '../chosen.ts';

/** A relation that has rows. */
export interface SourceRelation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'materialized' | 'foreign';
  /** Views, foreign tables, partitions (their rows come with the table's), what belongs to an extension. */
  readonly onlyWhenNamed: boolean;
  /** A foreign table of a role that is neither a superuser nor the one that logged in, or on such a server. */
  readonly isStrangers: boolean;
  /** Its bare name means it. */
  readonly visible: boolean;
  readonly columns: readonly string[];
  readonly generated: readonly string[];
  /** The column of whole numbers that is its primary key. */
  readonly key: string | null;
  /** An estimate; null where there is none. */
  readonly rows: bigint | null;
}

const kinds: Readonly<Record<string, SourceRelation['kind']>> = {
  r: 'table',
  p: 'partitioned',
  m: 'materialized',
  f: 'foreign',
};

/** What was chosen, in the order of the names. A name is bare where the search_path finds it, or `schema.name`. */
export async function readRelations(
  db: Queryable,
  queryOptions: QueryOptions,
  searchPath: readonly string[],
  names: readonly string[],
  source: string,
  onNote: (note: string) => void,
): Promise<SourceRelation[]> {
  const unspeakable = new Set<string>();
  const found = new Map<string, SourceRelation & { readonly columns: string[]; readonly generated: string[] }>();
  for (const row of await readable(db, queryOptions, searchPath)) {
    const schema = row.schema ?? '';
    const name = row.name ?? '';
    const kind = kinds[row.kind ?? ''] ?? 'view';
    const identity = JSON.stringify([schema, name]);
    const known = found.get(identity) ?? { columns: [], generated: [], key: null };
    const column = row.column ?? '';
    if ([schema, name, column].some(hasStray)) unspeakable.add(identity);
    (row.generated === 't' ? known.generated : known.columns).push(column);
    found.set(identity, {
      oid: row.oid ?? '',
      schema,
      name,
      kind,
      onlyWhenNamed: (kind !== 'table' && kind !== 'partitioned') || row.partition === 't' || row.extension === 't',
      isStrangers: row.stranger === 't',
      visible: row.visible === 't',
      columns: known.columns,
      generated: known.generated,
      key: row.key === 't' ? column : known.key,
      rows: row.rows === null ? null : BigInt(row.rows),
    });
  }
  const named = ({ schema, name, visible }: SourceRelation): string[] => [
    ...(visible ? [name] : []),
    `${schema}.${name}`,
  ];
  const [spoken, unspoken] = [
    [...found].filter(([at]) => !unspeakable.has(at)),
    [...found].filter(([at]) => unspeakable.has(at)),
  ];
  if (names.length === 0)
    for (const [, { schema, name, onlyWhenNamed }] of unspoken)
      if (!onlyWhenNamed) onNote(`${shown(`${schema}.${name}`)} was left out: its name, or a column's, is not UTF-8`);
  return chosen(
    spoken.map(([, relation]) => relation),
    names,
    source,
    named,
  );
}

/** A table is read without those that inherit from it, which are tables of their own; partitions belong to theirs. */
export function readsOnly({ kind }: SourceRelation): boolean {
  return kind === 'table' || kind === 'foreign';
}

/** What it is screened as, before it is read. */
export function screened(relation: SourceRelation): VerifiedRelation {
  const { oid, schema, name, kind } = relation;
  return { oid, schema, name, as: kind === 'partitioned' ? 'tree' : kind === 'view' ? 'view' : 'table' };
}
