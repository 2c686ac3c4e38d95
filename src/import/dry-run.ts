import { quoteIdentifier, quoteLiteral } from '../pg/identifier.ts';
import { dangling, likeOf, type Matching, taken } from '../pg/query/matching-sql.ts';
import { Problem } from '../problem.ts';
import type { TableLoad } from './plan.ts';
import type { Destination } from './copy.ts';
import { type ForeignKey, screened, screenedKey, type TargetTable } from './target-table.ts';
import type { Trial } from './trial.ts';

/**
 * Makes what stands for a table in a dry run: an empty temporary table with its columns, constraints and unique indexes, and
 * without its triggers. Defaults that call nothing of anybody's come along; where another column gets no value, it may be null.
 */
export async function makeCopy(
  trial: Trial,
  table: TargetTable,
  brought: ReadonlySet<string>,
  number: number,
): Promise<Destination> {
  const name = `pgseq_copy_${number}`;
  const relation = `pg_temp.${name}`;
  await trial.ask([screened(table)], likeOf(name, screened(table)));
  const missing = table.columns.filter(({ name, generated }) => !generated && !brought.has(name));
  const filled = missing.filter(({ default: text, plain }) => text !== null && plain && !/nextval\(/.test(text));
  const loose = missing.filter(
    (column) => (column.default !== null || column.identity !== '') && !filled.includes(column),
  );
  const names = loose.map(({ name }) => quoteLiteral(name)).join(', ');
  const key =
    loose.length === 0
      ? null
      : await trial.ask(
          [],
          `select c.conname from pg_catalog.pg_constraint c where c.conrelid = '${relation}'::pg_catalog.regclass and c.contype = 'p'
           and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname in (${names}))`,
        );
  const changes = [
    ...(key === null ? [] : [`drop constraint ${quoteIdentifier(key)}`]),
    ...filled.map((column) => `alter ${quoteIdentifier(column.name)} set default ${column.default}`),
    ...loose.map((column) => `alter ${quoteIdentifier(column.name)} drop not null`),
  ];
  // One after the other: a primary key's columns cannot be null before it is gone
  for (const change of changes) await trial.change(`alter table ${relation} ${change}`);
  return { relation, name };
}

/** The columns of a table that some loads bring. */
export function broughtTo(table: TargetTable, loads: readonly TableLoad[]): ReadonlySet<string> {
  const columns = loads.flatMap((load) => (load.target === table ? load.columns : []));
  return new Set(columns.map((pair) => pair.target.name));
}

/** The foreign keys of a table that its rows can be proved by: those whose columns all come. */
export function provedKeys(table: TargetTable, loads: readonly TableLoad[]): readonly ForeignKey[] {
  const brought = broughtTo(table, loads);
  return table.foreignKeys.filter(({ columns }) => columns.every((name) => brought.has(name)));
}

/** Proves what the copies cannot: that no row's key is taken in the table itself, and that what rows refer to is there. Throws a Problem. */
export async function proveAgainstTables(
  trial: Trial,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
  { isEmptied, mayMeet }: { isEmptied: boolean; mayMeet: boolean },
): Promise<void> {
  for (const [table, copy] of copies) {
    const brought = broughtTo(table, loads);
    const uniques =
      isEmptied || mayMeet ? [] : table.uniques.filter(({ columns }) => columns.every((name) => brought.has(name)));
    for (const { columns, equals } of uniques) {
      if (equals?.length !== columns.length) continue;
      const key = await trial.ask(
        [screened(table)],
        taken(copy.relation, screened(table), { theirs: columns, columns, equals }),
      );
      if (key !== null)
        throw new Problem(`${table.display}: key (${columns.join(', ')})=(${key}) exists already`, {
          hint: 'nothing was imported; --on-conflict skip leaves such rows out, --on-conflict update overwrites the stored ones',
          code: '23505',
        });
    }
    for (const key of provedKeys(table, loads)) await proveReference(trial, table, copy, key, copies, isEmptied);
  }
}

async function proveReference(
  trial: Trial,
  table: TargetTable,
  copy: Destination,
  key: ForeignKey,
  copies: ReadonlyMap<TargetTable, Destination>,
  isEmptied: boolean,
): Promise<void> {
  const loaded = [...copies].filter(([other]) => other.family.includes(key.references));
  const read = isEmptied && loaded.length > 0 ? [] : [screenedKey(key)];
  const matching: Matching = { theirs: key.keys, columns: key.columns, equals: key.equals };
  const places = [...loaded.map(([, { relation }]) => relation), ...read];
  const lost = await trial.ask(read, dangling(copy.relation, places, matching));
  if (lost !== null)
    throw new Problem(
      `${table.display}: a row refers to (${key.keys.join(', ')})=(${lost}), which ${key.relation} does not have (${key.name})`,
      { hint: 'nothing was imported', code: '23503' },
    );
}
