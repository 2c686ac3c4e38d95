import { quoteIdentifier } from './identifier.ts';

/** A word for a shell, in single quotes where it needs them. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A relation as a pattern of psql that matches nothing else, as a word for a shell; names are quoted only where needed, as reports
 * have them. A null schema: along the search_path; `anySchema`: wherever it is.
 */
export function shellPattern(schema: string | null | typeof anySchema, name: string): string {
  const part = (text: string): string => (/^[a-z_][a-z0-9_]*$/.test(text) ? text : quoteIdentifier(text));
  const first = schema === null ? '' : `${schema === anySchema ? '*' : part(schema)}.`;
  return shellWord(`${first}${part(name)}`);
}

/** In place of a schema that is not known. */
export const anySchema = Symbol('any schema');
