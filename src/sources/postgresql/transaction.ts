import type { Connection } from '../../pg/connect.ts';
import { quoteRelation } from '../../pg/identifier.ts';
import { manners } from '../../pg/polite.ts';
import { Problem } from '../../pg/problem.ts';
import { asItBegan } from '../../pg/session.ts';
import { errorCode, errorHint, errorMessage, failureOf } from '../../pg/sqlstate.ts';
import type { Relation } from './relations.ts';

/** How values are printed: so that another server reads the very same, whatever is set there. */
const printing = [
  "set local client_encoding = 'UTF8'",
  "set local datestyle = 'ISO, MDY'",
  'set local intervalstyle = postgres',
  'set local extra_float_digits = 3',
  'set local bytea_output = hex',
  "set local timezone = 'UTC'",
  "set local lc_monetary = 'C'",
  'set local quote_all_identifiers = off',
  'set local xmloption = content',
];

/**
 * Begins the one transaction in which all is read. The tables are locked as by any SELECT, before the snapshot is taken: a
 * TRUNCATE between the two would leave a table empty for us without a word.
 */
export async function begin({ client }: Connection, relations: readonly Relation[]): Promise<void> {
  const lockable = relations.filter(({ kind }) => kind === 'table' || kind === 'partitioned');
  const tables = lockable.map((relation) => from(relation));
  const statements = [
    'begin isolation level repeatable read read only',
    ...asItBegan.filter((statement) => !isQuery(statement)),
    ...manners({ statementTimeout: 0, lockTimeout: 0 }),
    ...(tables.length === 0 ? [] : [`lock table ${tables.join(', ')} in access share mode`]),
    ...asItBegan.filter(isQuery),
    ...printing,
  ];
  await client.query(statements.join(';\n'));
}

/** LOCK and SET take no snapshot; a SELECT does. */
function isQuery(statement: string): boolean {
  return statement.startsWith('select');
}

/** A relation in FROM. A table without those that inherit from it, which are tables of their own; partitions belong to theirs. */
export function from({ schema, name, kind }: Relation): string {
  return `${kind === 'table' ? 'only ' : ''}${quoteRelation(schema, name)}`;
}

/** An error of the server's as a Problem that names the source. */
export function refusal(error: unknown, name: string): unknown {
  const code = errorCode(error);
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const said = errorMessage(error);
  const failure = failureOf(error);
  const details = { code, cause: error };
  if (failure === 'lost')
    return new Problem(`the connection to ${name} was lost: ${said}`, {
      ...details,
      hint: 'run it again; the log of that server says why',
    });
  if (failure === 'row-security')
    return new Problem(`${name}: ${said}`, {
      ...details,
      hint: 'read as the owner of the table, or as a role with BYPASSRLS: a policy would hide rows',
    });
  return new Problem(`${name}: ${said}`, { ...details, hint: errorHint(error) ?? undefined });
}
