import type { Connection } from '../../../pg/connection/connect.ts';
import { sessionSettings } from '../../../pg/query/session-settings.ts';
import { hold } from '../../../pg/query/relation-check.ts';
import { asItBegan } from '../../../pg/connection/session.ts';
import { type SourceRelation, screened } from './relations.ts';

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
export async function begin({ client }: Connection, relations: readonly SourceRelation[]): Promise<void> {
  const lockable = relations.filter(({ kind }) => kind === 'table' || kind === 'partitioned');
  const statements = [
    'begin isolation level repeatable read read only',
    ...asItBegan.filter((statement) => !isQuery(statement)),
    ...sessionSettings({ statementTimeout: 0, lockTimeout: 0 }),
    ...hold(lockable.map((relation) => screened(relation))),
    ...asItBegan.filter(isQuery),
    ...printing,
  ];
  await client.query(statements.join(';\n'));
}

/** LOCK and SET take no snapshot; a SELECT does. */
function isQuery(statement: string): boolean {
  return statement.startsWith('select');
}
