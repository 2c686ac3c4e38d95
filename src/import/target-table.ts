import { type QueryOptions, targets as ask } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { Equality } from '../pg/query/matching-sql.ts';
import type { VerifiedRelation } from '../pg/query/relation-check.ts';

/** A column of a table that rows are loaded into. */
export interface TargetColumn {
  readonly name: string;
  /** What COPY reads its values as: the base type of a domain, with its length (`character varying(20)`). */
  readonly type: string;
  /** As it was declared: a domain by its name. */
  readonly declared: string;
  /** a: GENERATED ALWAYS AS IDENTITY, d: BY DEFAULT; empty for every other. */
  readonly identity: 'a' | 'd' | '';
  /** Computed from other columns. */
  readonly generated: boolean;
  readonly default: string | null;
  /** The default calls nothing but what PostgreSQL itself brings. */
  readonly plain: boolean;
  readonly canInsert: boolean;
  readonly canSelect: boolean;
  readonly canUpdate: boolean;
}

export interface ForeignKey {
  readonly name: string;
  readonly schema: string;
  readonly deferrable: boolean;
  readonly columns: readonly string[];
  /** The oid of the table that it refers to, its name quoted where needed, and the columns there. */
  readonly references: string;
  readonly relation: string;
  readonly keys: readonly string[];
  /** That table as it is screened. */
  readonly place: Omit<VerifiedRelation, 'oid'>;
  /** What compares its columns with these, one by one. */
  readonly equals: readonly Equality[];
}

interface Trigger {
  readonly name: string;
  /** The bits of pg_trigger.tgtype. */
  readonly type: number;
  readonly function: string;
  /** Made by pgseq. */
  readonly guard: boolean;
}

/** A table that rows are loaded into, as the catalogs have it. */
export interface TargetTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `schema.table`, quoted only where needed. */
  readonly display: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'foreign';
  readonly schemaClosed: boolean;
  readonly canTruncate: boolean;
  readonly canSelect: boolean;
  /** Policies apply to this role. */
  readonly rowSecurity: boolean;
  readonly columns: readonly TargetColumn[];
  /** Unique indexes of whole columns, the primary key first. */
  readonly uniques: readonly {
    readonly primary: boolean;
    readonly columns: readonly string[];
    /** What the index compares each with; null for an index that knows no such operators. */
    readonly equals: readonly Equality[] | null;
  }[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Tables with foreign keys to this one. */
  readonly referencedBy: readonly { readonly oid: string; readonly display: string }[];
  /** Those that would fire, of partitions too. */
  readonly triggers: readonly Trigger[];
  /** Oids of the table, of what it is a partition of, and of its partitions. */
  readonly family: readonly string[];
}

const kinds: Readonly<Record<string, TargetTable['kind']>> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'view',
  f: 'foreign',
};

/** Reads what matters of some tables, by their oids. One that was dropped meanwhile is not among them. */
export async function readTargets(
  db: Queryable,
  queryOptions: QueryOptions,
  oids: readonly string[],
): Promise<TargetTable[]> {
  const rows = oids.length === 0 ? [] : await ask(db, queryOptions, oids);
  const list = (text: string | null): never => JSON.parse(text ?? '[]') as never;
  return rows.map((row) => ({
    oid: row.oid ?? '',
    schema: row.schema ?? '',
    name: row.name ?? '',
    display: row.display ?? '',
    kind: kinds[row.kind ?? ''] ?? 'table',
    schemaClosed: row.schemaUsage !== 't',
    canTruncate: row.canTruncate === 't',
    canSelect: row.canSelect === 't',
    rowSecurity: row.rowSecurity === 't',
    columns: list(row.columns),
    uniques: list(row.uniques),
    foreignKeys: list(row.foreignKeys),
    referencedBy: list(row.referencedBy),
    triggers: list(row.triggers),
    family: list(row.family),
  }));
}

/** What a table is screened as. Children that inherit from it are tables of their own, partitions belong to it. */
export function screened({ oid, schema, name, kind }: TargetTable): VerifiedRelation {
  return { oid, schema, name, as: kind === 'partitioned' ? 'tree' : 'table' };
}

/** What a foreign key refers to. */
export function screenedKey({ references, place }: ForeignKey): VerifiedRelation {
  return { oid: references, ...place };
}
