import { Problem } from '../../../problem.ts';
import type { Value } from '../lines.ts';
import { targetKind } from '../target-type.ts';
import type { Column } from './tables.ts';
import { quote } from './session.ts';

/** How a column is read: what is asked for, and what becomes of the bytes that are answered. Texts are bytes, one a character. */
export interface Reading {
  readonly sql: string;
  readonly convert: (bytes: Buffer) => Value;
}

/** What becomes of dates that MySQL knows and PostgreSQL does not: NULL, or an error. */
export type ZeroDates = 'null' | 'reject';

const asItIs = (bytes: Buffer): string => bytes.toString('latin1');
const asHex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/** How a column is read for a type of PostgreSQL's. Throws a Problem for what cannot be. */
export function readingOf(column: Column, table: string, type: string, zeroDates: ZeroDates): Reading {
  const sql = quote(column.name);
  const kind = targetKind(type);
  switch (column.dataType) {
    case 'float':
    case 'double':
      // The server shows six digits of a float, and of either only as many decimals as were declared
      return { sql: `(${sql} + 0e0)`, convert: asItIs };
    case 'bit':
      if (kind === 'bytea') return { sql, convert: asHex };
      return { sql, convert: kind === 'bit' ? asBits(column.precision) : asNumber };
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      if (kind === 'uuid') return { sql, convert: (bytes) => bytes.toString('hex') };
      return { sql, convert: kind === 'bytea' ? asHex : asItIs };
    case 'date':
    case 'datetime':
    case 'timestamp':
      return { sql, convert: asDate(kind === 'timestamptz' ? '+00' : '', isText(type) ? 'text' : zeroDates) };
    case 'set':
      return { sql, convert: type.endsWith('[]') ? asArray : asItIs };
    case 'geometry':
    case 'point':
    case 'linestring':
    case 'polygon':
    case 'multipoint':
    case 'multilinestring':
    case 'multipolygon':
    case 'geometrycollection':
    case 'geomcollection':
    case 'vector':
      throw new Problem(`${table}.${column.name} has type ${column.dataType}, which is not supported`, {
        hint: 'leave it out, or read a view that shows it as text, for example with ST_AsText',
      });
    default:
      return { sql, convert: kind === 'bytea' ? asHex : asItIs };
  }
}

function asNumber(bytes: Buffer): string {
  return BigInt(`0x${bytes.toString('hex') || '0'}`).toString();
}

function asBits(width: number): (bytes: Buffer) => string {
  return (bytes) =>
    BigInt(`0x${bytes.toString('hex') || '0'}`)
      .toString(2)
      .padStart(width, '0');
}

/** With the offset: the session reads in UTC, and a DATETIME, which says none, is taken for UTC too. */
function asDate(offset: string, zeroDates: ZeroDates | 'text'): (bytes: Buffer) => string | null {
  return (bytes) => {
    const text = bytes.toString('latin1');
    if (zeroDates === 'text' || !/^0000|-00/.test(text)) return `${text}${zeroDates === 'text' ? '' : offset}`;
    // '0000-00-00' and '2024-05-00' are dates to MySQL. PostgreSQL refuses this, with the row and the column
    return zeroDates === 'null' ? null : `(${text} is not a date: --zero-dates null loads it as NULL)`;
  };
}

function isText(type: string): boolean {
  return /^(?:text|character|citext|name)\b/.test(type);
}

/** The members of a SET, which have no comma in them, as an array. */
function asArray(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (text === '') return '{}';
  return `{${text
    .split(',')
    .map((member) => `"${member.replaceAll(/["\\]/g, '\\$&')}"`)
    .join(',')}}`;
}
