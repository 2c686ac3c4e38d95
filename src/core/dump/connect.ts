/** The database that a command of psql turns to, or null where it stays: `\connect app`, as pg_dump --create and pg_dumpall write it. */
export function databaseIn(line: string): string | null {
  const [, said] = /^\\c(?:onnect)?\s+(?:-reuse-previous=\w+\s+)?("(?:[^"]|"")*"|\S+)/.exec(line) ?? [];
  if (said === undefined || said === '-') return null;
  const name = said.startsWith('"') ? said.slice(1, -1).replaceAll('""', '"') : said;
  // A name that looks like a connection string comes in one: dbname='a b', with its quotes escaped
  const [, quoted] = /^dbname='((?:[^'\\]|\\.)*)'$/s.exec(name) ?? [];
  return quoted === undefined ? name : quoted.replaceAll(/\\(.)/gs, '$1');
}
