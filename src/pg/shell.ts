import { plainName } from './identifier.ts';
import { isHarmful, withoutHarm } from '../text/printable.ts';

/**
 * A word for a shell, in single quotes where it needs them. What must not be shown as it is becomes octal escapes of its bytes in $'…', which
 * bash, zsh and ksh take in any locale.
 */
export function shellWord(word: string): string {
  if (isHarmful(word)) {
    const bytes = (code: number): string =>
      [...Buffer.from(String.fromCodePoint(code))].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    return `$'${withoutHarm(word.replaceAll(/[\\']/g, String.raw`\$&`), bytes)}'`;
  }
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A relation as a pattern of psql that matches nothing else, as a word for a shell; names are quoted only where needed, as reports
 * have them. A null schema: along the search_path; `anySchema`: wherever it is.
 */
export function shellPattern(schema: string | null | typeof anySchema, name: string): string {
  const first = schema === null ? '' : `${schema === anySchema ? '*' : plainName(schema)}.`;
  return shellWord(`${first}${plainName(name)}`);
}

/** In place of a schema that is not known. */
export const anySchema = Symbol('any schema');
