import * as sql from './guard.generated.ts';

/**
 * What guards need in a database, in the order in which it is made; each statement can be run again. It gives nobody any
 * right, and guards nothing by itself.
 */
export const guardObjects: readonly string[] = [
  sql.schema,
  sql.source,
  sql.watch,
  sql.settled,
  sql.forward,
  sql.pause,
  sql.protect,
];

/** The function that guards tables as they are made. */
export const newTables = sql.newTables;
