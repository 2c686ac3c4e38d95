/** One entry of an archive's table of contents. */
export interface TocEntry {
  /** Its number, by which pg_restore names it in errors. */
  readonly id: string;
  /** `TABLE DATA`, `SEQUENCE SET`, … */
  readonly type: string;
  /** Null for what is in no schema. */
  readonly schema: string | null;
  /** What pg_dump calls it, a DEFAULT by its table and its column; line breaks in names are spaces there. */
  readonly name: string;
}

export interface Toc {
  /** The database that was dumped. */
  readonly database: string | null;
  readonly dumpedFrom: string | null;
  readonly dumpedBy: string | null;
  readonly entries: readonly TocEntry[];
}

/** The types of entries that are looked at. A type may have spaces, as schemas and names may: so they are known, not guessed. */
const types = [
  'TABLE DATA',
  'SEQUENCE SET',
  'SEQUENCE OWNED BY',
  'SEQUENCE',
  'TABLE ATTACH',
  'TABLE',
  'DEFAULT',
] as const;

/** Reads what `pg_restore --list` prints: `215; 1259 16385 TABLE public users owner`. */
export function parseToc(text: string): Toc {
  const said = (what: RegExp): string | null => what.exec(text)?.[1] ?? null;
  return {
    database: said(/^; {4,}dbname: (.*)$/m),
    dumpedFrom: said(/^; {4,}Dumped from database version: (\S+)/m),
    dumpedBy: said(/^; {4,}Dumped by pg_dump version: (\S+)/m),
    entries: text.split('\n').flatMap(entryOf),
  };
}

function entryOf(line: string): TocEntry[] {
  const [, id = '', rest = ''] = /^(\d+); \d+ \d+ (.*)$/.exec(line) ?? [];
  const type = types.find((one) => rest.startsWith(`${one} `));
  if (type === undefined) return [];
  // Nothing tells where a schema with a space in it ends. The owner comes last, and owners with spaces are rarer than names with them
  const [, schema = '', name = ''] = /^(\S+) (.*) \S*$/s.exec(rest.slice(type.length + 1)) ?? [];
  return [{ id, type, schema: schema === '-' ? null : schema, name }];
}
