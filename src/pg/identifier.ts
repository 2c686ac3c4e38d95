/** Quotes a name for SQL, always, so that no name needs judging: `Id "x"` → `"Id ""x"""`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A relation's name for SQL. It is a pair; joining it with a dot before quoting would lose which dot was meant. */
export function quoteRelation(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/**
 * Quotes a text for SQL. With a backslash in it the E'' form is used, which means the same whatever
 * `standard_conforming_strings` says (libpq's PQescapeLiteral does so too).
 */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** PostgreSQL's own operator, whatever others have planted. All operators written so bind alike, from left to right. */
export function operator(name: string): string {
  return `operator(pg_catalog.${name})`;
}

/** An unquoted name as PostgreSQL takes it: A–Z alone are folded where characters may have several bytes, as in UTF-8. */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
