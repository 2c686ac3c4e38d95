import { type DumpFeed, type DumpRelation, keyOf } from './contents.ts';

export interface Table extends DumpRelation {
  /** In their order, as CREATE TABLE has them: INSERT may leave them unsaid. Empty where the script does not make the table. */
  readonly columns: string[];
  rows: bigint;
  /** What it is a partition of. */
  readonly roots: Table[];
  /** What it inherits from. */
  readonly parents: Table[];
}

interface Source extends DumpFeed {
  readonly sequence: DumpRelation | null;
  readonly isDefault: boolean;
}

/** Which sequence each column takes its values from. */
export class Sources {
  /** By table and column: the sequence; null for a default that has nothing to do with one. */
  readonly #known = new Map<string, Source>();

  /** `OWNED BY`: a column draws from what it owns, unless it has a default of its own. */
  owns({ schema, name }: DumpRelation, column: string, sequence: DumpRelation): void {
    const key = columnKey({ schema, name }, column);
    if (this.#known.get(key)?.isDefault !== true)
      this.#known.set(key, { schema, name, column, sequence, isDefault: false });
  }

  /** A default or an identity: null where it draws from no sequence. */
  draws({ schema, name }: DumpRelation, column: string, sequence: DumpRelation | null): void {
    this.#known.set(columnKey({ schema, name }, column), { schema, name, column, sequence, isDefault: true });
  }

  /** The columns that are said to draw from each sequence, by its key. */
  feeds(): Map<string, DumpFeed[]> {
    const all = new Map<string, DumpFeed[]>();
    for (const { schema, name, column, sequence } of this.#known.values()) {
      if (sequence === null) continue;
      const feeds = all.get(keyOf(sequence)) ?? [];
      feeds.push({ schema, name, column });
      all.set(keyOf(sequence), feeds);
    }
    return all;
  }

  /**
   * The sequences that a column's values count for: its own, or else that of what it inherits from, and always those of the tables that it
   * is a partition of.
   */
  of(table: Table, column: string): DumpRelation[] {
    const own = this.#known.get(columnKey(table, column));
    const found = own === undefined ? table.parents.flatMap((parent) => this.of(parent, column)) : [own.sequence];
    const all = [...found, ...table.roots.flatMap((root) => this.of(root, column))].filter((one) => one !== null);
    return [...new Map(all.map((one) => [keyOf(one), one])).values()];
  }
}

/** A column as the key of a map. */
export function columnKey(table: DumpRelation, column: string): string {
  return `${keyOf(table)} ${column}`;
}

/** The columns of a table in their order, what it inherits first. */
export function columnsOf({ columns, parents, roots }: Table): string[] {
  return [...new Set([...(columns.length > 0 ? parents : [...parents, ...roots]).flatMap(columnsOf), ...columns])];
}
