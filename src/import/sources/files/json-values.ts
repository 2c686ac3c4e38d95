import { Problem } from '../../../problem.ts';
import type { Value } from '../lines.ts';
import { members } from './elements.ts';

/**
 * A JSON value for a column of this type, as PostgreSQL reads it. Numbers keep all their digits, true and false are their words, null is
 * NULL. An array becomes an array's literal where the column is one, and Node.js's way to write a Buffer becomes bytea. Whatever else is an
 * object or an array stays JSON: for json columns, and for types whose own form that is (vector).
 */
export function columnValue(json: string, type: string): Value {
  if (json === 'null') return null;
  if (type === 'json' || type === 'jsonb') return json;
  if (json.startsWith('"')) return textIn(json);
  if (json.startsWith('[') && type.endsWith('[]')) return arrayLiteral(json);
  if (json.startsWith('{') && type === 'bytea') return bufferHex(json) ?? json;
  return json;
}

/** PostgreSQL's arrays go no deeper. */
const mostDimensions = 6;

/** Throws a Problem for an array in so many others that no column of PostgreSQL can hold it. */
export function refuseDeep(dimensions: number): void {
  if (dimensions > mostDimensions) throw new Problem(`an array nested in more than ${mostDimensions - 1} others`);
}

function arrayLiteral(json: string, dimensions = 1): string {
  refuseDeep(dimensions);
  const items: string[] = [];
  for (const [, value] of members(json)) {
    if (value === 'null') items.push('NULL');
    else if (value.startsWith('[')) items.push(arrayLiteral(value, dimensions + 1));
    else items.push(quoted(value.startsWith('"') ? textIn(value) : value));
  }
  return `{${items.join(',')}}`;
}

/** A text in quotes. Half of a surrogate pair is no character, and in UTF-8 another would stand in its place. */
function textIn(json: string): string {
  const text = JSON.parse(json) as string;
  const [half] = /\p{Surrogate}/u.exec(text) ?? [];
  if (half !== undefined) throw halfCharacter(half.charCodeAt(0));
  return text;
}

/** Half of a surrogate pair, alone. */
export function halfCharacter(code: number): Problem {
  return new Problem(`\\u${code.toString(16)} alone is half of a character`, {
    hint: 'PostgreSQL cannot store it as text; a column of type json can hold it',
  });
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function bufferHex(json: string): string | null {
  const { type, data } = JSON.parse(json) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? `\\x${Buffer.from(data as number[]).toString('hex')}` : null;
}
