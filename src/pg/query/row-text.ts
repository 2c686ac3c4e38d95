import type { QueryRow, QueryValue } from '../queryable.ts';

const alias = 'pgseq_row';

/** Whether a statement brings rows, and may stand in a FROM clause. */
export function isQuery(statement: string): boolean {
  return /^(?:\s|--.*\n)*(?:select|with|values|table)\b/i.test(statement);
}

/**
 * The statement with its whole row as one text, for clients that make values of their own of what they read; null where the
 * statement brings no rows. Text of the row is text of its fields: nothing is lost of 64 bits, and no name is needed.
 */
export function rowAsText(statement: string): string | null {
  return isQuery(statement) ? `select ${alias}::pg_catalog.text as "row" from (\n${statement}\n) ${alias}` : null;
}

/**
 * Reads a row as PostgreSQL prints it: `(1,"a, ""b""",,"")`. Nothing between commas is null.
 * https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
export function readRow(text: string): QueryRow {
  const row: QueryValue[] = [];
  let at = 1;
  for (;;) {
    let field: string | null = null;
    while (at < text.length && text[at] !== ',' && !(text[at] === ')' && at === text.length - 1)) {
      field ??= '';
      if (text[at] === '"') {
        const end = closing(text, at);
        field += text.slice(at + 1, end).replaceAll(/""|\\\\/g, (pair) => pair.charAt(0));
        at = end + 1;
      } else field += text[at++];
    }
    row.push(field);
    if (text[at] !== ',') return row;
    at++;
  }
}

/** Where the quoted part that begins at `from` ends: at a quote that is not doubled. */
function closing(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') {
      if (text[at + 1] !== '"') return at;
      at++;
    } else if (at >= text.length) throw new Error(`a row that does not end: ${text.slice(0, 100)}`);
  }
}
