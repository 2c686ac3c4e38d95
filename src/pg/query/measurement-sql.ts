import { operator, quoteIdentifier, quoteLiteral, quoteRelation, quoteRelationText } from '../identifier.ts';

/**
 * The SQL that reads positions and columns: scalar expressions of type text, to be put side by side into one select list, so
 * that all of them come from one snapshot. PostgreSQL takes the snapshot when a statement starts and reads sequences, which
 * have no versions, after it: rows of default inserts are then never seen before the sequence that gave them their ids.
 *
 * Every function, operator and type is qualified, so that the statements mean the same under any search_path.
 */

/** A column of a relation, to be read. */
export interface ColumnSource {
  readonly relationOid: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** smallint, integer, bigint, numeric, real or double precision: what its domain, if any, is stored as. */
  readonly baseType: string;
  /** Leave inheritance children out. */
  readonly only: boolean;
}

/** A relation, to be read. */
export type Rows = Pick<ColumnSource, 'schema' | 'table' | 'only'>;

/** A sequence, as far as its next value is concerned. */
export interface SequenceSource {
  readonly oid: string;
  readonly schema: string;
  readonly sequence: string;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cycle: boolean;
}

/** Which stored values count as ones that the sequence will hand out. */
export interface Probe {
  /** Distance from `next` to the nearest value that counts, as stored: with the increment's sign, 0 for next itself. */
  readonly offset: bigint;
  /** The furthest value that may be handed out, as stored. */
  readonly limit: bigint;
  /** Distance to the furthest value that counts from the last value of the progression within `limit`; null: that is `limit` itself. */
  readonly beyondLast: bigint | null;
  /** The step of the progression that values must lie on; 1 when all count. */
  readonly step: bigint;
}

const integer = (value: bigint): string => `${quoteLiteral(value.toString())}::pg_catalog.int8`;
const numeric = (value: bigint): string => `(${quoteLiteral(value.toString())}::pg_catalog.numeric)`;
const lowest = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** What one question reads: values in their order, none of which holds a space. */
export type Fields = readonly (string | null)[];

/** Several values as one text, with a space between them and nothing for null. A call of concat takes a hundred arguments. */
function fields(expressions: readonly string[]): string {
  const groups: string[] = [];
  for (let i = 0; i < expressions.length; i += 40)
    groups.push(`pg_catalog.concat(${expressions.slice(i, i + 40).join(", ' ', ")})`);
  return groups.length === 1 ? (groups[0] as string) : fields(groups);
}

/** The values that a question put together. */
export function readFields(text: string | null): Fields {
  return text === null ? [] : text.split(' ').map((field) => (field === '' ? null : field));
}

/** The oid that a relation's name means in this statement: a relation dropped and made anew since the survey is another. */
function relationOid({ schema, table }: Pick<ColumnSource, 'schema' | 'table'>): string {
  return `${quoteRelationText(schema, table)}::pg_catalog.regclass::pg_catalog.oid`;
}

const positionOf = (alias: string): string[] => [`${alias}.last_value`, `${alias}.is_called`, `${alias}.tableoid`];

/** How many fields a position takes. */
export const positionWidth = 3;

/** Where the sequence stands, in three fields. */
export function position(sequence: SequenceSource): string {
  return furthest(sequence, [], 0);
}

/** What the fields of a position say; null when the relation showed no row. */
export function readPosition([lastValue, isCalled, oid]: Fields): {
  lastValue: bigint;
  isCalled: boolean;
  oid: string;
} | null {
  if (typeof lastValue !== 'string' || typeof oid !== 'string') return null;
  return { lastValue: BigInt(lastValue), isCalled: isCalled === 't', oid };
}

/**
 * Position and, for each column, two fields: the relation's oid, and the stored value furthest in the direction of counting,
 * as a whole number. Fractions are rounded against that direction, because 10.7 is no obstacle for 11. NULL, NaN and infinity
 * are left out.
 */
export function furthest(sequence: SequenceSource, sources: readonly ColumnSource[], serverVersion: number): string {
  const values = sources.flatMap((source) => [
    relationOid(source),
    far(source, sequence.increment < 0n, serverVersion),
  ]);
  return `(select ${fields([...positionOf('s'), ...values])} from ${quoteRelation(sequence.schema, sequence.sequence)} s)`;
}

function far(source: ColumnSource, descending: boolean, serverVersion: number): string {
  return extreme(source, descending ? 'min' : 'max', descending, finite(source, serverVersion));
}

/** `value`, which must be of type int8: the value that nextval() would return, or null when it would raise. */
function next(sequence: SequenceSource, alias: string): string {
  const { increment, min, max, cycle } = sequence;
  const [fits, restart] =
    increment > 0n
      ? [`${alias}.last_value ${operator('<=')} ${integer(max - increment)}`, min]
      : [`${alias}.last_value ${operator('>=')} ${integer(min - increment)}`, max];
  const room = increment > 0n ? max - increment >= lowest : min - increment <= greatest;
  const beyond = cycle ? integer(restart) : 'null::pg_catalog.int8';
  const called = room
    ? `case when ${fits} then ${alias}.last_value ${operator('+')} ${integer(increment)} else ${beyond} end`
    : beyond;
  return `case when ${alias}.is_called then ${called} else ${alias}.last_value end`;
}

/**
 * Position and, for each column and probe, five fields: the relation's oid, the furthest value, the first and the last stored
 * value that counts, and, `withOthers`, the furthest that is not beyond the probe's limit, counting or not. All from one moment.
 */
export function collisions(
  sequence: SequenceSource,
  columns: readonly { readonly source: ColumnSource; readonly probe: Probe }[],
  withOthers: boolean,
  serverVersion: number,
): string {
  const descending = sequence.increment < 0n;
  const [towards, away] = descending ? ['<=', '>='] : ['>=', '<='];
  const answers = columns.flatMap(({ source, probe }) => {
    const column = quoteIdentifier(source.column);
    const limit = comparable(lastThatCounts('p.next', sequence.increment, probe), source);
    const from = comparable(shifted('p.next', probe.offset), source);
    const notBeyond = `${column} ${operator(away)} ${limit}`;
    const ahead = [`${column} ${operator(towards)} ${from}`, notBeyond, ...whole(source)];
    const counts = probe.step === 1n ? ahead : [...ahead, onProgression(source, 'p.next', probe.step, ahead)];
    return [
      relationOid(source),
      far(source, descending, serverVersion),
      extreme(source, descending ? 'max' : 'min', descending, counts),
      extreme(source, descending ? 'min' : 'max', descending, counts),
      withOthers
        ? extreme(source, descending ? 'min' : 'max', descending, [notBeyond, ...finite(source, serverVersion)])
        : 'null',
    ];
  });
  const from = `(select s.last_value, s.is_called, s.tableoid, ${next(sequence, 's')} as next from ${quoteRelation(sequence.schema, sequence.sequence)} s)`;
  return `(select ${fields([...positionOf('p'), ...answers])} from ${from} p)`;
}

/** Up to `count` of the stored values between two (both included) that count, after the relation's oid, with commas between. */
export function between(
  source: ColumnSource,
  range: { readonly from: bigint; readonly to: bigint },
  progression: { readonly next: bigint; readonly step: bigint },
  count: number,
): string {
  const column = quoteIdentifier(source.column);
  const bounds = [
    `${column} ${operator('>=')} ${comparable(integer(clip(range.from)), source)}`,
    `${column} ${operator('<=')} ${comparable(integer(clip(range.to)), source)}`,
    ...whole(source),
  ];
  const conditions =
    progression.step === 1n
      ? bounds
      : [...bounds, onProgression(source, integer(progression.next), progression.step, bounds)];
  const rows = `select ${asText(source, 'q.v', false)} as v from (select ${column} as v from ${relation(source)} where ${conditions.join(' and ')} limit ${count}) q`;
  const list = `(select pg_catalog.string_agg(r.v, ',') from (${rows}) r)`;
  return fields([relationOid(source), list]);
}

/** The highest value of an integer column; null where the table is empty. */
export function highest(source: Rows & Pick<ColumnSource, 'column'>): string {
  return `(select pg_catalog.max(${quoteIdentifier(source.column)})::pg_catalog.text from ${relation(source)})`;
}

/** How many rows a table has; `most` bounds it, null where there is none. */
export function rowCount(rows: Rows, most: number | null): string {
  const limit = most === null ? '' : ` limit ${most}`;
  return `(select pg_catalog.count(*) from (select from ${relation(rows)}${limit}) r)::pg_catalog.text`;
}

/** Whether a table has a row of a transaction not older than this one, a number of 32 bits: true or false as text. */
export function hasRowsSince(rows: Rows, transaction: string): string {
  const isYoung = `pg_catalog.age(stored.xmin) ${operator('<=')} pg_catalog.age(${quoteLiteral(transaction)}::pg_catalog.xid)`;
  return `(exists (select from ${relation(rows)} where ${isYoung}))::pg_catalog.text`;
}

/** COPY's statement for some columns of all rows. Of an ordinary table itself, which is not even planned. */
export function copyOut(rows: Rows, columns: readonly string[], isOrdinary: boolean): string {
  const list = columns.map(quoteIdentifier).join(', ');
  if (isOrdinary && columns.length > 0) return `copy ${quoteRelation(rows.schema, rows.table)} (${list}) to stdout`;
  return `copy (select ${list} from ${relation(rows)}) to stdout`;
}

/** With a name of its own: a table called as the position is here would hide it. */
function relation(source: Rows): string {
  return `${source.only ? 'only ' : ''}${quoteRelation(source.schema, source.table)} as stored`;
}

function extreme(source: ColumnSource, which: 'min' | 'max', roundUp: boolean, conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const value = `pg_catalog.${which}(${quoteIdentifier(source.column)})`;
  if (isInteger(source)) return `(select ${value} from ${relation(source)}${where})`;
  return `(select ${asText(source, 'q.v', roundUp)} from (select ${value} as v from ${relation(source)}${where}) q)`;
}

/** A stored value as the text of a whole number. float8 → numeric keeps 15 digits only, so floats go through int8. */
function asText(source: ColumnSource, value: string, roundUp: boolean): string {
  const rounded = `pg_catalog.${roundUp ? 'ceil' : 'floor'}(${value})`;
  if (isInteger(source)) return `${value}::pg_catalog.text`;
  if (source.baseType === 'numeric') return `${rounded}::pg_catalog.text`;
  const fits = `pg_catalog.abs(${value}) ${operator('<')} '9e18'::pg_catalog.float8`;
  return `case when ${fits} then ${rounded}::pg_catalog.int8::pg_catalog.text else ${rounded}::pg_catalog.numeric::pg_catalog.text end`;
}

function isInteger(source: ColumnSource): boolean {
  return source.baseType === 'smallint' || source.baseType === 'integer' || source.baseType === 'bigint';
}

/** Conditions that leave out NaN, which sorts above everything, and infinities, which numeric has since PostgreSQL 14. */
function finite(source: ColumnSource, serverVersion: number): string[] {
  if (isInteger(source)) return [];
  const column = quoteIdentifier(source.column);
  const type = source.baseType === 'numeric' ? 'pg_catalog.numeric' : 'pg_catalog.float8';
  if (source.baseType === 'numeric' && serverVersion < 140000) return [`${column} ${operator('<')} 'NaN'::${type}`];
  return [`${column} ${operator('<')} 'Infinity'::${type}`, `${column} ${operator('>')} '-Infinity'::${type}`];
}

/** A fraction never collides with a whole number. */
function whole(source: ColumnSource): string[] {
  const column = quoteIdentifier(source.column);
  return isInteger(source) ? [] : [`${column} ${operator('=')} pg_catalog.trunc(${column})`];
}

/** An int8 expression, in the type that the column's index compares with. */
function comparable(value: string, source: ColumnSource): string {
  if (isInteger(source)) return value;
  return `(${value})::pg_catalog.${source.baseType === 'numeric' ? 'numeric' : 'float8'}`;
}

/** Whether the stored value lies on next + k·step. Computed in numeric, and only for values that passed the bounds. */
function onProgression(source: ColumnSource, from: string, step: bigint, bounds: readonly string[]): string {
  const column = quoteIdentifier(source.column);
  const value =
    source.baseType === 'numeric'
      ? column
      : isInteger(source)
        ? `${column}::pg_catalog.numeric`
        : `${column}::pg_catalog.int8::pg_catalog.numeric`;
  const distance = `(${value} ${operator('-')} (${from})::pg_catalog.numeric)`;
  return `case when ${bounds.join(' and ')} then (${distance} ${operator('%')} ${step}::pg_catalog.numeric) ${operator('=')} 0::pg_catalog.numeric end`;
}

function shifted(value: string, offset: bigint): string {
  if (offset === 0n) return value;
  return clipped(`(${value}::pg_catalog.numeric ${operator('+')} ${numeric(offset)})`);
}

/** The furthest value that counts: of blocks the end of the last one, which begins or ends with the last value that can be drawn. */
function lastThatCounts(from: string, increment: bigint, { limit, beyondLast }: Probe): string {
  if (beyondLast === null) return integer(clip(limit));
  const left = `pg_catalog.div((${numeric(limit)} ${operator('-')} ${from}::pg_catalog.numeric), ${numeric(increment)})`;
  const last = `(${from}::pg_catalog.numeric ${operator('+')} (${left} ${operator('*')} ${numeric(increment)}))`;
  return clipped(`(${last} ${operator('+')} ${numeric(beyondLast)})`);
}

/** A numeric expression as an int8, the nearest there is. */
function clipped(value: string): string {
  return `least(greatest(${value}, ${numeric(lowest)}), ${numeric(greatest)})::pg_catalog.int8`;
}

function clip(value: bigint): bigint {
  return value < lowest ? lowest : value > greatest ? greatest : value;
}

/** A column of a key, and the value that an error prints for it. */
export interface KeyPart {
  readonly column: string;
  readonly baseType: string;
  readonly value: string;
}

/** The types whose values can be looked up as an error prints them, and what those look like. */
export const keyTypes: ReadonlyMap<string, RegExp> = new Map([
  ...['int2', 'int4', 'int8'].map((type) => [type, /^-?\d{1,18}$/] as const),
  ['numeric', /^-?\d+(?:\.\d+)?$/],
  ['uuid', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['text', /^/],
  ['varchar', /^/],
]);

/** Whether a table itself, without its inheritance children, holds a key: true or false as text. */
export function holds({ schema, table }: Pick<ColumnSource, 'schema' | 'table'>, parts: readonly KeyPart[]): string {
  const types: Readonly<Record<string, string>> = { int2: 'int8', int4: 'int8', int8: 'int8', varchar: 'text' };
  const conditions = parts.map(
    ({ column, baseType, value }) =>
      `${quoteIdentifier(column)} ${operator('=')} ${quoteLiteral(value)}::pg_catalog.${types[baseType] ?? baseType}`,
  );
  return `(exists (select from only ${quoteRelation(schema, table)} as stored where ${conditions.join(' and ')}))::pg_catalog.text`;
}
