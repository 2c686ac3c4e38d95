import { Buffer } from 'node:buffer';
import { copyField } from '../pg/query/copy-text.ts';
import { Problem } from '../problem.ts';

/** A value of a program's, as a line of COPY's text format has it. `type`: the column's, as format_type writes it. */
export function fieldOf(value: unknown, type: string): string {
  const text = textOf(value, type);
  return text === null ? '\\N' : copyField(text);
}

/** As PostgreSQL reads it. What JSON knows goes into json and jsonb as JSON, texts too. */
function textOf(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'json' || type === 'jsonb') return jsonOf(value);
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 't' : 'f';
    case 'number':
    case 'bigint':
      return value.toString();
    case 'object':
      break;
    default:
      throw new Problem(`a ${typeof value} is not a value for a column`);
  }
  if (value instanceof Date) return dateOf(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value) && type.endsWith('[]')) return arrayOf(value, type.slice(0, -2));
  return jsonOf(value);
}

function dateOf(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new Problem('an invalid Date is not a value for a column');
  // ISO 8601 writes years beyond 9999 with a sign, and counts a year 0; PostgreSQL wants neither
  const text = value.toISOString();
  const year = value.getUTCFullYear();
  const rest = text.slice(text.indexOf('-', 1));
  return year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

function arrayOf(values: readonly unknown[], type: string): string {
  const items = values.map((value) => {
    if (Array.isArray(value) && type !== 'json' && type !== 'jsonb') return arrayOf(value, type);
    const text = textOf(value, type);
    return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${items.join(',')}}`;
}

/** JSON in which 64-bit numbers stay exact. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => jsonOf(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null && !('toJSON' in value) && !(value instanceof Uint8Array)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`).join(',')}}`;
  }
  const text: string | undefined = JSON.stringify(value); // undefined for what JSON does not know
  return text ?? 'null';
}
