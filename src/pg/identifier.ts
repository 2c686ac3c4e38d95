import { hex, isHarmful, withoutHarm } from '../text/printable.ts';

/**
 * Quotes a name for SQL, always, so that no name needs judging: `Id "x"` → `"Id ""x"""`. What must not be shown as it is becomes an
 * escape of PostgreSQL's, whatever standard_conforming_strings says: our statements are also shown, and pasted.
 */
export function quoteIdentifier(name: string): string {
  if (!isHarmful(name)) return quoteName(name);
  const escape = (code: number): string => (code > 0xff_ff ? `\\+${hex(code, 6)}` : `\\${hex(code, 4)}`);
  return `U&${withoutHarm(quoteName(name.replaceAll('\\', '\\\\')), escape)}`;
}

/** Quotes a name for what knows no escapes: psql's patterns, a text that PostgreSQL reads as a name, SQLite, our own options. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names as SQL, psql's patterns and our options take them, quoted only where needed, with dots between them. */
export function plainName(...names: readonly string[]): string {
  return names.map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name))).join('.');
}

/** The name that somebody typed in double quotes, or without. */
export function unquotedName(typed: string): string {
  return /^"(?:[^"]|"")*"$/s.test(typed) ? typed.slice(1, -1).replaceAll('""', '"') : typed;
}

/** A relation's name for SQL. It is a pair; joining it with a dot before quoting would lose which dot was meant. */
export function quoteRelation(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A relation's name as a literal that regclass reads. */
export function quoteRelationText(schema: string, name: string): string {
  return quoteLiteral(`${quoteName(schema)}.${quoteName(name)}`);
}

/**
 * Quotes a text for SQL. With a backslash in it, or with what must not be shown as it is, the E'' form is used, which means the same
 * whatever `standard_conforming_strings` says (libpq's PQescapeLiteral does so too).
 */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  if (!doubled.includes('\\') && !isHarmful(doubled)) return `'${doubled}'`;
  const escape = (code: number): string => (code > 0xff_ff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`);
  return `E'${withoutHarm(doubled.replaceAll('\\', '\\\\'), escape)}'`;
}

/** PostgreSQL's own operator, whatever others have planted. All operators written so bind alike, from left to right. */
export function operator(name: string): string {
  return `operator(pg_catalog.${name})`;
}

/** An unquoted name as PostgreSQL takes it: A–Z alone are folded where characters may have several bytes, as in UTF-8. */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
