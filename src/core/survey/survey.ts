import { type QueryOptions, foreign, survey as ask, type SurveyRow } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { Problem } from '../../problem.ts';
import { hasStray, shown } from '../../pg/query/stray-bytes.ts';
import { type GivenLink, linkRows } from '../model/links.ts';
import type { FedColumn, Incomparable, ColumnLink, SurveyedSequence, Unreadable } from '../model/surveyed.ts';
import { type Block, columnRange } from '../model/sequence.ts';
import { retryOn, recoveryConflict } from '../../pg/retry.ts';

/** What the survey is told. */
export interface SurveyOptions {
  /** Schemas along which unqualified names are looked up, in order. */
  readonly searchPath: readonly string[];
  readonly links: readonly GivenLink[];
  /** Read foreign tables: asks the foreign server. */
  readonly readForeign: boolean;
  /** Read tables although planning that may run code of roles that are neither this one nor superusers. */
  readonly trustOwners: boolean;
  /** Oids of tables that Citus distributes. */
  readonly distributed: ReadonlySet<string>;
}

/**
 * Finds every sequence of the database and every column that each feeds, sorted by schema and name (byte order).
 * `only`: oids of the sequences to look at again. Throws a Problem when a given link names what does not exist.
 */
export async function survey(
  db: Queryable,
  queryOptions: QueryOptions,
  options: SurveyOptions,
  only?: readonly string[],
): Promise<SurveyedSequence[]> {
  // Always set, also to nothing: whoever owns the database may have given it a value there
  const settings = { search_path: options.searchPath, links: linkRows(options.links), sequences: only ?? null };
  // Deparsing looks at what is there now, not at the snapshot: where a migration drops a function meanwhile it raises XX000
  // (cache lookup failed). What it dropped is gone when asked again
  const rows = await retryOn(['XX000', recoveryConflict], () => ask(db, queryOptions, settings));
  const strange = options.trustOwners ? new Set<string>() : await strangers(db, queryOptions, rows);
  const sequences = new Map<string, { row: SurveyRow; columns: SurveyRow[] }>();
  for (const row of rows) {
    if (row.sequenceOid === null) continue; // a default that names no sequence: inserts fail, but no id is handed out
    // The privilege functions look at what is there now, not at the snapshot, and answer null for what was dropped meanwhile
    if (row.canRead === null) continue;
    const known = sequences.get(row.sequenceOid) ?? { row, columns: [] };
    if (row.relationOid !== null && row.canReadColumn !== null) known.columns.push(row);
    sequences.set(row.sequenceOid, known);
  }
  const found = [...sequences.values()].map(({ row, columns }) => sequenceOf(row, columns, strange, options));
  if (only === undefined) refuseDeadLinks(options.links, found);
  return found;
}

/** The relations whose reading may run code of strangers: asked of those that have expressions at all, few as a rule. */
async function strangers(
  db: Queryable,
  queryOptions: QueryOptions,
  rows: readonly SurveyRow[],
): Promise<ReadonlySet<string>> {
  const relations = new Set(rows.flatMap((row) => (row.expressions === 't' ? [text(row.relationOid)] : [])));
  if (relations.size === 0) return relations;
  const found = await foreign(db, queryOptions, [...relations]);
  return new Set(found.flatMap(({ root, what }) => (what === 'code' ? [text(root)] : [])));
}

function sequenceOf(
  row: SurveyRow,
  rows: readonly SurveyRow[],
  strange: ReadonlySet<string>,
  options: SurveyOptions,
): SurveyedSequence {
  const increment = integer(row.increment);
  const fed = rows.filter((column) => column.draws === 't' && column.coveredByRoot !== 't');
  const reuses = reusesByDesign(row, fed);
  const idle = rows.find((column) => column.draws !== 't' && text(column.how).split(',').includes('owned'));
  return {
    oid: text(row.sequenceOid),
    schema: text(row.sequenceSchema),
    sequence: text(row.sequenceName),
    name: text(row.sequenceDisplay),
    owner: text(row.sequenceOwner),
    unspeakable: isUnspeakable(row.sequenceSchema, row.sequenceName),
    dataType: text(row.sequenceType),
    start: integer(row.start),
    increment,
    min: integer(row.min),
    max: integer(row.max),
    cache: integer(row.cache),
    cycle: row.cycle === 't',
    schemaClosed: row.schemaUsage !== 't',
    readable: row.canRead === 't',
    drawable: row.canDraw === 't',
    alterable: row.canAlter === 't',
    extension: row.extension,
    subscribed: row.subscribed === 't',
    columns: fed.map((column) => columnOf(column, increment, reuses, strange, options)),
    idleOwner: idle === undefined ? null : `${text(idle.relationDisplay)}.${text(idle.columnDisplay)}`,
  };
}

/** More values than these are no small ring of slots, ports or days. */
const mostSlots = 2n ** 16n;

/** A cycling sequence of few values, or under no key, reuses its values by design; there is nothing to compare. */
function reusesByDesign(row: SurveyRow, fed: readonly SurveyRow[]): boolean {
  if (row.cycle !== 't') return false;
  const increment = integer(row.increment);
  const values = (integer(row.max) - integer(row.min)) / (increment < 0n ? -increment : increment) + 1n;
  return values <= mostSlots || fed.every((column) => column.uniqueness !== 'yes');
}

function columnOf(
  row: SurveyRow,
  increment: bigint,
  cycling: boolean,
  strange: ReadonlySet<string>,
  options: SurveyOptions,
): FedColumn {
  const baseType = text(row.baseType);
  const range = columnRange(baseType, Number(row.baseTypmod));
  const kind = kinds[text(row.relationKind)] ?? 'table';
  return {
    relationOid: text(row.relationOid),
    schema: text(row.relationSchema),
    table: text(row.relationName),
    column: text(row.columnName),
    tableName: text(row.relationDisplay),
    name: `${text(row.relationDisplay)}.${text(row.columnDisplay)}`,
    dataType: text(row.columnType),
    baseType,
    kind,
    link: linkOf(text(row.how).split(',')),
    block: blockOf(row, increment),
    client: row.client === 't',
    incomparable: cycling ? 'cycles' : incomparableOf(row, kind, range === null, options),
    range,
    indexed: row.indexed === 't',
    unique: (row.uniqueness ?? 'no') as FedColumn['unique'],
    unreadable: unreadableOf(row, strange, options),
    schemaClosed: row.relationSchemaUsage !== 't',
    locks: Number(row.locks),
    pages: Number(row.pages),
  };
}

const kinds: Readonly<Record<string, FedColumn['kind']>> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'view',
  f: 'foreign',
};
const textTypes: readonly string[] = ['text', 'character varying', 'character', 'name', '"char"'];

function linkOf(how: readonly string[]): ColumnLink {
  if (how.includes('identity')) return 'identity';
  if (how.includes('owned')) return 'owned';
  if (how.includes('inherited')) return 'inherited';
  return how.every((word) => word === 'configured') ? 'configured' : 'default';
}

/** Null where clients draw with an increment that may be a block size and nobody said which block. */
function blockOf(row: SurveyRow, increment: bigint): Block | null {
  const single: Block = { from: 0n, to: 0n };
  const step = increment < 0n ? -increment : increment;
  if (row.block === 'below') return { from: 1n - step, to: 0n };
  if (row.block === 'above') return { from: 0n, to: step - 1n };
  return row.client !== 't' || step === 1n || row.block === 'single' ? single : null;
}

function incomparableOf(
  row: SurveyRow,
  kind: FedColumn['kind'],
  noNumber: boolean,
  options: SurveyOptions,
): Incomparable | null {
  if (kind === 'view') return 'view';
  if (row.direct !== 't') return 'expression';
  if (textTypes.includes(text(row.baseType))) return 'text-column';
  if (noNumber) return 'column-type';
  if (options.distributed.has(text(row.relationOid))) return 'citus';
  return kind === 'foreign' && !options.readForeign ? 'foreign-table' : null;
}

function unreadableOf(row: SurveyRow, strange: ReadonlySet<string>, options: SurveyOptions): Unreadable | null {
  if (isUnspeakable(row.relationSchema, row.relationName, row.columnName)) return 'name';
  if (row.canReadColumn !== 't' || row.relationSchemaUsage !== 't') return 'permission';
  if (row.rowSecurity === 't') return 'row-security';
  if (row.foreignPartition === 't' && !options.readForeign) return 'foreign';
  return strange.has(text(row.relationOid)) ? 'foreign-code' : null;
}

function refuseDeadLinks(links: readonly GivenLink[], found: readonly SurveyedSequence[]): void {
  for (const link of links) {
    const named = found.filter(
      (sequence) =>
        sequence.sequence === link.sequence.name && (link.sequence.schema ?? sequence.schema) === sequence.schema,
    );
    if (named.length === 0) throw new Problem(`--link ${link.text}: there is no such sequence in this database`);
    for (const column of link.columns) {
      const isThere = named.some((sequence) =>
        sequence.columns.some(
          (fed) =>
            fed.column === column.column && fed.table === column.table && (column.schema ?? fed.schema) === fed.schema,
        ),
      );
      if (!isThere) throw new Problem(`--link ${link.text}: there is no column ${column.text} in this database`);
    }
    const undecided = named.find((sequence) =>
      sequence.columns.some((fed) => fed.link === 'configured' && fed.block === null),
    );
    if (undecided !== undefined)
      throw new Problem(
        `--link ${link.text}: ${undecided.name} counts in steps of ${undecided.increment}, so which ids does one value stand for?`,
        {
          hint:
            'add @below (the block that ends with it: Hibernate pooled), @above (the block that begins with it: Hibernate pooled-lo, ' +
            'Entity Framework HiLo) or @single to the link',
        },
      );
  }
}

function isUnspeakable(...names: readonly (string | null)[]): boolean {
  return names.some((name) => name !== null && hasStray(name));
}

function text(value: string | null): string {
  return shown(value ?? '');
}

function integer(value: string | null): bigint {
  return BigInt(value ?? '0');
}
