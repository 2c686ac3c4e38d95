/** A statement as a client is about to run it. */
export interface Statement {
  readonly sql: string;
  /** The parameters, in any shape. */
  readonly values?: unknown;
}

/** Comments and blanks, which libraries put ahead of statements. */
const ahead = String.raw`^(?:\s|--[^\n]*\n|/\*[^]*?\*/)*`;
const begins = new RegExp(`${ahead}(?:begin|start\\s+transaction)\\b`, 'i');
const ends = new RegExp(
  `${ahead}(?:commit|end|abort|prepare\\s+transaction|rollback(?!\\s+(?:work\\s+|transaction\\s+)?to\\b))`,
  'i',
);
const settles = new RegExp(`${ahead}set\\s+(?!session\\s)`, 'i');
const writes = new RegExp(`${ahead}(?:insert|merge|with)\\b`, 'i');
const repeatable = new RegExp(`${ahead}(?:insert|merge|with|update|select|execute|values)\\b`, 'i');
const controls = /\b(?:begin|start|commit|end|abort|rollback|prepare|savepoint)\b/i;

/** What a statement does to the transaction that it runs in. */
export type Effect = 'begins' | 'ends' | 'settles' | 'works' | 'unclear';

/**
 * Reads what a statement does to its transaction. `settles`: it sets something for the transaction, and may be run again at the
 * beginning of another. `unclear`: several statements, some of which may begin or end one.
 */
export function effectOf(sql: string): Effect {
  // Nearly all there is, told apart at the price of one look: this is done for every statement of an application
  if (/^(?:insert|select|update|delete|with|values|merge)\s/i.test(sql) && !sql.includes(';')) return 'works';
  const isSeveral = /;\s*\S/.test(sql);
  if (isSeveral && controls.test(sql)) return 'unclear';
  if (begins.test(sql)) return 'begins';
  if (ends.test(sql)) return 'ends';
  return settles.test(sql) && !isSeveral ? 'settles' : 'works';
}

/** Whether it writes rows, so that a savepoint before it may be worth its round trips. */
export function isWrite(sql: string): boolean {
  return writes.test(sql);
}

/** Whether it may be run a second time after it has failed: all of it was undone. CALL and DO may have committed a part. */
export function isRepeatable(sql: string): boolean {
  return repeatable.test(sql) && effectOf(sql) === 'works';
}

/** Whether a statement names a value: as a parameter, or in its text. An INSERT from a query may insert what it does not name. */
export function names({ sql, values }: Statement, value: string | null): boolean {
  if (value === null || /\bselect\b/i.test(sql) || !writes.test(sql)) return true;
  return mentions(values, value) || new RegExp(`(?<![\\w.$])${escape(value)}(?![\\w.])`).test(sql);
}

/** Whether a value stands anywhere in arrays, objects and maps. */
export function mentions(where: unknown, value: string, depth = 0): boolean {
  if (typeof where === 'object' && where !== null && depth < 10)
    return Object.values(where).some((inner) => mentions(inner, value, depth + 1));
  return (
    (typeof where === 'bigint' || typeof where === 'number' || typeof where === 'string') && String(where) === value
  );
}

/** Whether a key of one of these names stands anywhere in arrays and objects. */
export function hasKey(where: unknown, keys: readonly string[], depth = 0): boolean {
  if (typeof where !== 'object' || where === null || depth >= 10) return false;
  return (
    keys.some((key) => Object.hasOwn(where, key)) ||
    Object.values(where).some((inner) => hasKey(inner, keys, depth + 1))
  );
}

function escape(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
