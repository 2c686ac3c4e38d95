import { type Asking, targets } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';

export interface TargetColumn {
  readonly name: string;
  /** With its modifier; of a domain, the type below it. */
  readonly type: string;
  /** Without its modifier. */
  readonly base: string;
  readonly generated: boolean;
  /** It may be left out: it has a default, is an identity, or takes NULL. */
  readonly filled: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly select: boolean;
}

/** A table that rows are to be brought into. */
export interface TargetTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'foreign';
  readonly owner: string;
  readonly schemaUsage: boolean;
  /** Policies would decide which rows are taken. */
  readonly rowSecurity: boolean;
  readonly canTruncate: boolean;
  /** The oid of the table at the root of its partitions; its own where it is none. */
  readonly root: string;
  readonly columns: readonly TargetColumn[];
  /** Its foreign keys: the oid of what each refers to. */
  readonly references: readonly { readonly name: string; readonly table: string; readonly deferrable: boolean }[];
  /** The triggers that an insert fires. */
  readonly triggers: readonly string[];
  /** The columns of each unique index, the primary key first. */
  readonly keys: readonly (readonly string[])[];
}

/** A table as it was asked for; without a schema it is looked for along the search_path. */
export interface Asked {
  readonly schema: string | null;
  readonly name: string;
}

/** Reads what there is to know of some tables; null for what is not there. In the order in which they were asked for. */
export async function readTargets(
  db: Queryable,
  asking: Asking,
  searchPath: readonly string[],
  asked: readonly Asked[],
): Promise<(TargetTable | null)[]> {
  const rows = await targets(db, asking, {
    tables: asked.map(({ schema, name }) => [schema, name]),
    search_path: searchPath,
  });
  const found = new Map(rows.map((row) => [Number(row.place) - 1, row]));
  return asked.map((_, at): TargetTable | null => {
    const row = found.get(at);
    if (row === undefined) return null;
    const list = <Item>(text: string | null): Item[] => (text === null ? [] : (JSON.parse(text) as Item[]));
    return {
      oid: row.oid ?? '',
      schema: row.schema ?? '',
      name: row.name ?? '',
      kind: row.kind === 'f' ? 'foreign' : row.kind === 'v' || row.kind === 'm' ? 'view' : 'table',
      owner: row.owner ?? '',
      schemaUsage: row.schemaUsage === 't',
      rowSecurity: row.rowSecurity === 't',
      canTruncate: row.canTruncate === 't',
      root: row.root ?? '',
      columns: list(row.columns),
      references: list(row.references),
      triggers: list(row.triggers),
      keys: list(row.keys),
    };
  });
}
