import { quoteIdentifier, quoteRelation } from '../pg/identifier.ts';
import { printable } from '../text/printable.ts';
import { shellWord } from '../pg/shell.ts';
import type { Queryable } from '../pg/queryable.ts';
import { inspect } from '../core/inspect.ts';
import type { FedColumn } from '../core/model/surveyed.ts';
import type { InspectOptions } from '../core/model/options.ts';

/**
 * The SQL that makes a role which can check and fix the sequences in scope and nothing else. PostgreSQL itself holds it to
 * forward moves: with USAGE it may call nextval; setval would need UPDATE, and ALTER SEQUENCE ownership.
 */
export async function roleScript(db: Queryable, name: string, options: InspectOptions): Promise<string> {
  const { scope, server } = await inspect(db, options);
  const role = quoteIdentifier(name);
  const isStored = ({ kind }: FedColumn): boolean =>
    kind === 'table' || kind === 'partitioned' || (kind === 'foreign' && options.readForeign === true);
  const columns = scope.sequences.flatMap((sequence) => sequence.columns.filter(isStored));
  const schemas = [...scope.sequences.map(({ schema }) => schema), ...columns.map(({ schema }) => schema)];
  const secured = columns.filter(({ unreadable }) => unreadable === 'row-security').map(({ tableName }) => tableName);
  const lines = [
    `create role ${role} nologin;`,
    `-- roles that may act as it, with pgseq fix --role ${shellWord(name)}:`,
    `grant ${role} to ${quoteIdentifier(server.role)};`,
    ...(secured.length === 0
      ? []
      : [
          '-- these tables have row-level security; a role that does not see all rows cannot check them. Check them as their owner,',
          '-- which opens nothing; bypassrls opens every row of every table to all who may act as this role, and needs a superuser:',
          `-- ${unique(secured).join(', ')}`,
          `-- alter role ${role} bypassrls;`,
        ]),
    '-- lets it read and move forward these sequences; moving one back would take UPDATE, which it does not get:',
    ...unique(schemas).map((schema) => `grant usage on schema ${quoteIdentifier(schema)} to ${role};`),
    ...unique(
      columns.map(
        ({ schema, table, column }) =>
          `grant select (${quoteIdentifier(column)}) on ${quoteRelation(schema, table)} to ${role};`,
      ),
    ),
    ...scope.sequences.map(
      ({ schema, sequence }) => `grant usage, select on sequence ${quoteRelation(schema, sequence)} to ${role};`,
    ),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
