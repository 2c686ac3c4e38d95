import { quoteIdentifier, quoteLiteral, quoteRelation } from '../../pg/identifier.ts';
import { Problem } from '../../pg/problem.ts';
import type { Target } from '../../pg/target.ts';
import type { TableLoad } from './plan.ts';
import type { Destination } from './put.ts';
import type { ForeignKey, TargetTable } from './target-table.ts';

/**
 * Makes what stands for a table in a dry run: an empty temporary table with its columns, constraints and unique indexes, and
 * without its triggers. Defaults that call nothing of anybody's come along; where another column gets no value, it may be null.
 */
export async function makeCopy(
  target: Target,
  table: TargetTable,
  brought: ReadonlySet<string>,
  number: number,
  signal: AbortSignal | undefined,
): Promise<Destination> {
  const name = `pgseq_copy_${number}`;
  const relation = `pg_temp.${name}`;
  await target.query(
    [
      `create temporary table ${name} (like ${quoteRelation(table.schema, table.name)} including constraints including generated including indexes) on commit drop`,
    ],
    signal,
  );
  const missing = table.columns.filter(({ name, generated }) => !generated && !brought.has(name));
  const filled = missing.filter(({ default: text, plain }) => text !== null && plain && !/nextval\(/.test(text));
  const loose = missing.filter(
    (column) => (column.default !== null || column.identity !== '') && !filled.includes(column),
  );
  const names = loose.map(({ name }) => quoteLiteral(name)).join(', ');
  const { rows } =
    loose.length === 0
      ? { rows: [] }
      : await target.query(
          [
            `select c.conname from pg_catalog.pg_constraint c where c.conrelid = '${relation}'::pg_catalog.regclass and c.contype = 'p'
             and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname in (${names}))`,
          ],
          signal,
        );
  const changes = [
    ...rows.map(([constraint]) => `drop constraint ${quoteIdentifier(constraint ?? '')}`),
    ...filled.map((column) => `alter ${quoteIdentifier(column.name)} set default ${column.default}`),
    ...loose.map((column) => `alter ${quoteIdentifier(column.name)} drop not null`),
  ];
  // One after the other: a primary key's columns cannot be null before it is gone
  for (const change of changes) await target.query([`alter table ${relation} ${change}`], signal);
  return { relation, name };
}

/** Proves what the copies cannot: that no row's key is taken in the table itself, and that what rows refer to is there. Throws a Problem. */
export async function proveAgainstTables(
  target: Target,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
  { isEmptied, mayMeet }: { isEmptied: boolean; mayMeet: boolean },
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [table, copy] of copies) {
    const brought = new Set(
      loads.flatMap((load) => (load.target === table ? load.columns : [])).map((pair) => pair.target.name),
    );
    const uniques =
      isEmptied || mayMeet ? [] : table.uniques.filter(({ columns }) => columns.every((name) => brought.has(name)));
    for (const { columns } of uniques) {
      const taken = await first(
        target,
        `select ${shown('c', columns)} from ${copy.relation} c join ${quoteRelation(table.schema, table.name)} t on ${same('t', columns, 'c', columns)} limit 1`,
        signal,
      );
      if (taken !== undefined)
        throw new Problem(`${table.display}: key (${columns.join(', ')})=(${taken}) exists already`, {
          hint: 'nothing was imported; --on-conflict skip leaves such rows out, --on-conflict update overwrites what is there',
          code: '23505',
        });
    }
    for (const key of table.foreignKeys.filter(({ columns }) => columns.every((name) => brought.has(name))))
      await proveReference(target, table, copy, key, copies, isEmptied, signal);
  }
}

async function proveReference(
  target: Target,
  table: TargetTable,
  copy: Destination,
  key: ForeignKey,
  copies: ReadonlyMap<TargetTable, Destination>,
  isEmptied: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const loaded = [...copies].filter(([other]) => other.family.includes(key.references));
  const places = [
    ...loaded.map(([, { relation }]) => relation),
    ...(isEmptied && loaded.length > 0 ? [] : [key.relation]),
  ];
  const lost = await first(
    target,
    `select ${shown('c', key.columns)} from ${copy.relation} c where ${key.columns.map((name) => `c.${quoteIdentifier(name)} is not null`).join(' and ')}` +
      places
        .map((place) => ` and not exists (select from ${place} r where ${same('r', key.keys, 'c', key.columns)})`)
        .join('') +
      ' limit 1',
    signal,
  );
  if (lost !== undefined)
    throw new Problem(
      `${table.display}: a row refers to (${key.keys.join(', ')})=(${lost}), which ${key.relation} does not have (${key.name})`,
      { hint: 'nothing was imported', code: '23503' },
    );
}

function shown(alias: string, columns: readonly string[]): string {
  return `pg_catalog.concat_ws(', ', ${columns.map((name) => `${alias}.${quoteIdentifier(name)}`).join(', ')})`;
}

function same(a: string, ofA: readonly string[], b: string, ofB: readonly string[]): string {
  return ofA.map((name, i) => `${a}.${quoteIdentifier(name)} = ${b}.${quoteIdentifier(ofB[i] ?? '')}`).join(' and ');
}

async function first(target: Target, sql: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { rows } = await target.query([sql], signal);
  return rows[0]?.[0] ?? undefined;
}
