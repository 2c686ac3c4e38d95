import type { ForeignKey, TargetTable } from './target-table.ts';

/** In which order tables are loaded, so that what a row refers to is there. */
export interface LoadOrder {
  readonly tables: readonly TargetTable[];
  /** Foreign keys to be proved only at the end: without that no order would do. */
  readonly deferred: readonly ForeignKey[];
  /** Tables that refer to one another by foreign keys that cannot be deferred, and those keys. Empty as a rule. */
  readonly stuck: readonly { readonly table: TargetTable; readonly key: ForeignKey }[];
}

/** Puts tables in order, those that others refer to first; else as they were given. A table may refer to itself. Pure. */
export function orderByReferences(tables: readonly TargetTable[]): LoadOrder {
  const waiting = [...tables];
  const done: TargetTable[] = [];
  const deferred: ForeignKey[] = [];
  /** Keys to tables that are not loaded yet. */
  const open = (table: TargetTable): ForeignKey[] =>
    table.foreignKeys.filter((key) =>
      waiting.some((other) => other !== table && other.family.includes(key.references)),
    );
  while (waiting.length > 0) {
    let next = waiting.find((table) => open(table).length === 0);
    if (next === undefined) {
      // A circle: begin with a table that can wait for all it refers to
      const able = waiting.filter((table) => open(table).every(({ deferrable }) => deferrable));
      next = able.find((table) => isInCircle(table, waiting)) ?? able[0];
      if (next === undefined)
        return {
          tables: done,
          deferred,
          stuck: waiting
            .filter((table) => isInCircle(table, waiting))
            .flatMap((table) =>
              open(table)
                .filter(({ deferrable }) => !deferrable)
                .map((key) => ({ table, key })),
            ),
        };
      deferred.push(...open(next));
    }
    done.push(next);
    waiting.splice(waiting.indexOf(next), 1);
  }
  return { tables: done, deferred, stuck: [] };
}

/** Whether the table refers, over others, to itself. */
function isInCircle(table: TargetTable, among: readonly TargetTable[]): boolean {
  const reached = new Set<TargetTable>();
  const go = (from: TargetTable): void => {
    for (const key of from.foreignKeys)
      for (const other of among)
        if (other !== from && other.family.includes(key.references) && !reached.has(other)) {
          reached.add(other);
          go(other);
        }
  };
  go(table);
  return reached.has(table);
}
