import type { Offering } from '../offering.ts';
import { type SessionSettings, sessionSettings, setting } from './session-settings.ts';
import type { Queryable, QueryRow, QueryValue } from '../queryable.ts';
import * as sql from '../sql.generated.ts';
import type { UniqueViolation } from './unique-violation.ts';

/** What every question needs: how to behave, and the signal that ends it. */
export interface QueryOptions extends SessionSettings {
  readonly signal?: AbortSignal | undefined;
  /** For the commands that messages offer. */
  readonly offering?: Offering | undefined;
}

type Named<Column extends string> = Readonly<Record<Column, QueryValue>>;

/** Gives the values of rows their names, without copying them: there may be half a million. */
function named<Column extends string>(columns: readonly Column[], rows: readonly QueryRow[]): Named<Column>[] {
  class NamedRow {
    readonly row: QueryRow;
    constructor(row: QueryRow) {
      this.row = row;
    }
  }
  for (const [i, column] of columns.entries())
    Object.defineProperty(NamedRow.prototype, column, {
      get(this: NamedRow): QueryValue {
        return this.row[i] ?? null;
      },
    });
  return rows.map((row) => new NamedRow(row) as unknown as Named<Column>);
}

/** With it on, defaults are deparsed with every name and type in quotes, and no nextval would be recognized in them. */
const plainNames = 'set local quote_all_identifiers = off';

/** Workers make the survey no faster, and exchange rows through shared memory, of which a container may have too little. */
const alone = 'set local max_parallel_workers_per_gather = 0';

/** Asks one of the files in sql/: politely, read only, with its settings. */
async function ask<Column extends string>(
  db: Queryable,
  text: string,
  columns: readonly Column[],
  queryOptions: QueryOptions,
  settings: Readonly<Record<string, unknown>> = {},
  planning: readonly string[] = [],
): Promise<Named<Column>[]> {
  const set = Object.entries(settings).map(([name, value]) => setting(name, value));
  const rows = await db.transaction([...sessionSettings(queryOptions), plainNames, alone, ...planning, ...set, text], {
    mode: 'read only',
    signal: queryOptions.signal,
  });
  return named(columns, rows);
}

/**
 * Remembers the session's own search_path before it is hardened. Functions qualified, and no operator at all: this is the one
 * statement that runs under whatever path the session came with.
 */
const rememberPath =
  "select pg_catalog.set_config('pgseq.own_schemas', pg_catalog.array_to_json(pg_catalog.current_schemas(false))::pg_catalog.text, true)";

const factColumns = [
  'version',
  'serverVersion',
  'serverVersionNumber',
  'database',
  'role',
  'login',
  'superuser',
  'standby',
  'readOnly',
  'lockTable',
  'citus',
  'searchPath',
  'guarded',
] as const;

/** What the session is connected to. See sql/facts.sql. */
export async function facts(db: Queryable, queryOptions: QueryOptions): Promise<Named<(typeof factColumns)[number]>> {
  const polite = sessionSettings(queryOptions);
  const roleFirst =
    queryOptions.role === undefined
      ? [rememberPath, ...polite]
      : [polite[0] as string, rememberPath, ...polite.slice(1)];
  const rows = await db.transaction([...roleFirst, sql.facts], { mode: 'read only', signal: queryOptions.signal });
  return named(factColumns, rows)[0] as Named<(typeof factColumns)[number]>;
}

const surveyColumns = [
  'sequenceOid',
  'sequenceSchema',
  'sequenceName',
  'sequenceDisplay',
  'sequenceType',
  'start',
  'increment',
  'min',
  'max',
  'cache',
  'cycle',
  'sequenceOwner',
  'schemaUsage',
  'canRead',
  'canDraw',
  'canAlter',
  'extension',
  'subscribed',
  'relationOid',
  'relationSchema',
  'relationName',
  'relationKind',
  'relationDisplay',
  'columnName',
  'columnDisplay',
  'columnType',
  'baseType',
  'baseTypmod',
  'how',
  'expression',
  'draws',
  'client',
  'block',
  'direct',
  'coveredByRoot',
  'indexed',
  'uniqueness',
  'relationSchemaUsage',
  'canReadColumn',
  'rowSecurity',
  'expressions',
  'foreignPartition',
  'locks',
  'pages',
] as const;

/** A row of sql/survey.sql: booleans are t or f. */
export type SurveyRow = Named<(typeof surveyColumns)[number]>;

/** Every sequence and every column it feeds. See sql/survey.sql for the settings. */
export function survey(
  db: Queryable,
  queryOptions: QueryOptions,
  settings: {
    search_path: readonly string[];
    links: readonly (readonly QueryValue[])[];
    sequences: readonly string[] | null;
  },
): Promise<SurveyRow[]> {
  // Its joins stand in a good order; looking for a better one takes longer than a small catalog takes to read
  return ask(db, sql.survey, surveyColumns, queryOptions, settings, ['set local join_collapse_limit = 1']);
}

/** Of some relations, those that cannot be read without code or servers of strangers. See sql/foreign.sql. */
export function foreign(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly string[],
): Promise<Named<'root' | 'what'>[]> {
  return ask(db, sql.foreign, ['root', 'what'], queryOptions, { relations, entering: false });
}

/** The same, where rows are put into copies of the relations too. */
export function entered(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly string[],
): Promise<Named<'root' | 'what'>[]> {
  return ask(db, sql.foreign, ['root', 'what'], queryOptions, { relations, entering: true });
}

/** The schemas among some in which strangers have planted code. See sql/planted.sql. */
export function planted(
  db: Queryable,
  queryOptions: QueryOptions,
  schemas: readonly string[],
): Promise<Named<'schema'>[]> {
  return ask(db, sql.planted, ['schema'], queryOptions, { schemas });
}

/** The databases of the server that can be connected to and are no templates, sorted. See sql/databases.sql. */
export async function databases(db: Queryable, queryOptions: QueryOptions): Promise<string[]> {
  const rows = await ask(db, sql.databases, ['name'], queryOptions, {});
  return rows.flatMap(({ name }) => name ?? []);
}

/** For sequences that feed nothing: the columns that their names speak of. See sql/suggest.sql. */
export function suggest(
  db: Queryable,
  queryOptions: QueryOptions,
  sequences: readonly string[],
): Promise<Named<'sequenceOid' | 'column' | 'free'>[]> {
  return ask(db, sql.suggest, ['sequenceOid', 'column', 'free'], queryOptions, { sequences });
}

const unfedColumns = ['oid', 'schema', 'name', 'column', 'display', 'type', 'readable'] as const;

/** Integer primary keys that nothing numbers. See sql/unfed.sql. */
export function unfedKeys(db: Queryable, queryOptions: QueryOptions): Promise<Named<(typeof unfedColumns)[number]>[]> {
  return ask(db, sql.unfed, unfedColumns, queryOptions);
}

/** The partitions that hold the rows of some partitioned tables. See sql/leaves.sql. */
export function leaves(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly string[],
): Promise<Named<'root' | 'oid' | 'schema' | 'name' | 'kind' | 'locks'>[]> {
  return ask(db, sql.leaves, ['root', 'oid', 'schema', 'name', 'kind', 'locks'], queryOptions, { relations });
}

/** How large tables are with all that a rewrite of them copies. See sql/sizes.sql. */
export function sizes(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly string[],
): Promise<Named<'oid' | 'bytes'>[]> {
  return ask(db, sql.sizes, ['oid', 'bytes'], queryOptions, { relations });
}

/** Whom tables belong to, and where guards may be made. `mine`: t or f. See sql/ownership.sql. */
export function ownership(
  db: Queryable,
  queryOptions: QueryOptions,
  tables: readonly string[],
): Promise<Named<'kind' | 'name' | 'owner' | 'mine'>[]> {
  return ask(db, sql.ownership, ['kind', 'name', 'owner', 'mine'], queryOptions, { relations: tables });
}

/** What is in a database already, and who else. For a session: its pid, user and application. See sql/occupied.sql. */
export function occupied(
  db: Queryable,
  queryOptions: QueryOptions,
): Promise<Named<'kind' | 'schema' | 'name' | 'rootSchema' | 'rootName'>[]> {
  return ask(db, sql.occupied, ['kind', 'schema', 'name', 'rootSchema', 'rootName'], queryOptions);
}

const filledColumns = [
  'wantedSchema',
  'wantedName',
  'schema',
  'name',
  'oid',
  'kind',
  'bytes',
  'locks',
  'countable',
] as const;

/** Which of some tables are there, by schema and name; `countable` is t where their rows may be counted. See sql/filled.sql. */
export function filled(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly (readonly [schema: string, name: string])[],
): Promise<Named<(typeof filledColumns)[number]>[]> {
  return ask(db, sql.filled, filledColumns, queryOptions, { relations });
}

/** How many bytes the COPYs of this database have read; null where none runs. Fails before 14. See sql/copied.sql. */
export async function copied(db: Queryable, queryOptions: QueryOptions): Promise<bigint | null> {
  const [row] = await ask(db, sql.copied, ['bytes'], queryOptions);
  return row?.bytes === null || row === undefined ? null : BigInt(row.bytes);
}

const readableColumns = [
  'oid',
  'schema',
  'name',
  'kind',
  'partition',
  'extension',
  'stranger',
  'visible',
  'rows',
  'column',
  'generated',
  'key',
] as const;

/** Everything that has rows, and its columns. See sql/readable.sql. */
export function readable(
  db: Queryable,
  queryOptions: QueryOptions,
  searchPath: readonly string[],
): Promise<Named<(typeof readableColumns)[number]>[]> {
  return ask(db, sql.readable, readableColumns, queryOptions, { search_path: searchPath });
}

const guardColumns = [
  'function',
  'home',
  'source',
  'owner',
  'usable',
  'sound',
  'what',
  'root',
  'relationOid',
  'schema',
  'relation',
  'display',
  'tableOwner',
  'parted',
  'triggers',
  'waiting',
  'tools',
] as const;

/** Every guard, and every table that it stands on or should. See sql/guards.sql. */
export function guards(db: Queryable, queryOptions: QueryOptions): Promise<Named<(typeof guardColumns)[number]>[]> {
  return ask(db, sql.guards, guardColumns, queryOptions);
}

/** What else is in the schema pgseq. See sql/objects.sql. */
export function objects(
  db: Queryable,
  queryOptions: QueryOptions,
): Promise<Named<'kind' | 'name' | 'version' | 'owner' | 'trusted' | 'mine' | 'text' | 'sound'>[]> {
  return ask(db, sql.objects, ['kind', 'name', 'version', 'owner', 'trusted', 'mine', 'text', 'sound'], queryOptions);
}

const transactionColumns = ['transaction', 'pid', 'relation', 'user', 'application', 'state', 'age', 'gid'] as const;

/** An open transaction of somebody else's. `pid` is null for a prepared one, which `gid` names; `age` is in seconds. */
export type OpenTransaction = Named<(typeof transactionColumns)[number]>;

/** The open transactions that may have written to some relations. See sql/writers.sql. */
export function writers(
  db: Queryable,
  queryOptions: QueryOptions,
  relations: readonly string[],
): Promise<OpenTransaction[]> {
  return transactions(db, sql.writers, queryOptions, { relations });
}

/** The open transactions that keep ALTER SEQUENCE waiting. See sql/holders.sql. */
export function holders(
  db: Queryable,
  queryOptions: QueryOptions,
  sequences: readonly string[],
): Promise<OpenTransaction[]> {
  return transactions(db, sql.holders, queryOptions, { sequences });
}

/** As plain objects: they are part of reports. */
async function transactions(
  db: Queryable,
  text: string,
  queryOptions: QueryOptions,
  settings: Readonly<Record<string, unknown>>,
): Promise<OpenTransaction[]> {
  const rows = await ask(db, text, transactionColumns, queryOptions, settings);
  return rows.map(
    (row) =>
      Object.fromEntries(transactionColumns.map((column) => [column, row[column]])) as unknown as OpenTransaction,
  );
}

/** Every table, view and foreign table by its name. See sql/relations.sql. */
export function relations(
  db: Queryable,
  queryOptions: QueryOptions,
): Promise<Named<'oid' | 'schema' | 'name' | 'display'>[]> {
  return ask(db, sql.relations, ['oid', 'schema', 'name', 'display'], queryOptions);
}

const targetColumns = [
  'oid',
  'schema',
  'name',
  'display',
  'kind',
  'schemaUsage',
  'canTruncate',
  'canSelect',
  'rowSecurity',
  'columns',
  'uniques',
  'foreignKeys',
  'referencedBy',
  'triggers',
  'family',
] as const;

/** A row of sql/targets.sql: booleans are t or f, lists JSON. */
export type TargetRow = Named<(typeof targetColumns)[number]>;

/** What matters of some tables before rows are loaded into them. See sql/targets.sql. */
export function targets(db: Queryable, queryOptions: QueryOptions, tables: readonly string[]): Promise<TargetRow[]> {
  return ask(db, sql.targets, targetColumns, queryOptions, { relations: tables });
}

const violatedColumns = [
  'schema',
  'table',
  'column',
  'relations',
  'generated',
  'constraint',
  'index',
  'primary',
  'relationOid',
  'kind',
  'baseType',
  'default',
  'parents',
] as const;

/**
 * The columns of a violated key, whether something may give them values, and what. `loose`: upper and lower case of its names may be
 * lost. See sql/violated.sql.
 */
export function violated(
  db: Queryable,
  queryOptions: QueryOptions,
  { schema, table, constraint }: Pick<UniqueViolation, 'schema' | 'table' | 'constraint'>,
  loose = false,
): Promise<Named<(typeof violatedColumns)[number]>[]> {
  return ask(db, sql.violated, violatedColumns, queryOptions, { violated: { schema, table, constraint, loose } });
}
