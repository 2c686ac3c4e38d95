import { type Asking, filled, rowCounts } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { type DumpRelation, keyOf } from './contents.ts';

/** A table of the database that was restored into. */
export interface Filled {
  readonly oid: string;
  /** Rows that it holds; null where nobody counted: it is large, or may not be read. */
  readonly rows: bigint | null;
}

/** Tables with more bytes than this are not counted, only looked into: it would read all of them. */
const mostBytes = 64 * 1024 * 1024;

/** Tables that one statement asks: each is locked until its end. */
const together = 100;

/** The tables that are there, by their keys. What cannot be counted after all is taken for not counted. */
export async function lookInto(
  db: Queryable,
  asking: Asking,
  tables: readonly DumpRelation[],
): Promise<Map<string, Filled>> {
  if (tables.length === 0) return new Map();
  const found = (
    await filled(
      db,
      asking,
      tables.map(({ schema, name }) => [schema, name]),
    )
  ).flatMap(({ wantedSchema, wantedName, schema, name, oid, bytes, countable }) => {
    if (oid === null || schema === null || name === null) return [];
    const key = keyOf({ schema: wantedSchema ?? '', name: wantedName ?? '' });
    return [{ key, schema, name, oid, countable: countable === 't', isLarge: BigInt(bytes ?? 0) > mostBytes }];
  });
  const counts = new Map<string, bigint>();
  const askable = found.filter(({ countable }) => countable);
  for (let from = 0; from < askable.length; from += together) {
    const some = askable.slice(from, from + together);
    const wanted = some.map(({ schema, name, isLarge }) => ({ schema, name, most: isLarge ? 1 : null }));
    const rows = await rowCounts(db, asking, wanted).catch(() => {
      asking.signal?.throwIfAborted();
      return []; // one of them is locked, or gone
    });
    for (const { place, rows: count } of rows) {
      const one = some[Number(place)];
      if (one === undefined || count === null) continue;
      // One row says only that there are some
      if (!one.isLarge || count === '0') counts.set(one.key, BigInt(count));
    }
  }
  return new Map(found.map((one) => [one.key, { oid: one.oid, rows: counts.get(one.key) ?? null }]));
}
