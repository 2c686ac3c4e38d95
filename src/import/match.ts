import type { Mistakes } from './mistakes.ts';
import { pairOption, pick, readTableName, type TableName, whatFits } from './table-name.ts';
import type { Source, SourceTable } from './source.ts';

/** A table by its name. */
export interface TargetRelation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly display: string;
}

/** What the user said about names. */
export interface Naming {
  /** Which tables: of a source of many; the target of one that has one. Empty: all. */
  readonly tables: readonly string[];
  /** Source's name → target's. */
  readonly renameTables: ReadonlyMap<string, string>;
}

/** A table of a source, and the one that it goes into. */
export interface Pair {
  readonly source: Source;
  readonly table: SourceTable;
  readonly relation: TargetRelation;
}

/** Finds the table that each table of the sources goes into. Pure. What it cannot find goes to `mistakes`. */
export function matchTables(
  sources: readonly Source[],
  relations: readonly TargetRelation[],
  searchPath: readonly string[],
  { tables, renameTables }: Naming,
  mistakes: Mistakes,
): Pair[] {
  const unused = { tables: new Set(tables), renames: new Set(renameTables.keys()) };
  const seen: string[] = [];
  const pairs = sources.flatMap((source) =>
    source.tables.flatMap((table): Pair[] => {
      if (table.name !== null) seen.push(table.name);
      const wanted = chosen(source, table);
      if (wanted === undefined) return [];
      if (wanted === null) {
        mistakes.add(`${source.name} does not say which table its rows are for`, 'name it: --table users');
        return [];
      }
      const relation = find(relations, searchPath, wanted);
      if (relation !== undefined) return [{ source, table, relation }];
      const written = wanted.schema === null ? wanted.name : `${wanted.schema}.${wanted.name}`;
      const fits = whatFits(wanted.name, namesOf(relations, searchPath, wanted.schema));
      const rename = `to load it into another: ${pairOption('--rename-table', table.name ?? wanted.name, '…')}`;
      mistakes.add(`${source.name}: no table ${written} to load into`, fits, rename);
      return [];
    }),
  );
  for (const name of unused.tables) mistakes.add(`--table ${name}: no source has this table`, whatFits(name, seen));
  for (const name of unused.renames)
    mistakes.add(`--rename-table ${name}: no source has a table with this name`, whatFits(name, seen));
  return pairs;

  /** The name of the target; undefined: the table was not asked for; null: nobody says. */
  function chosen(source: Source, table: SourceTable): TableName | null | undefined {
    const isAlone = source.tables.length === 1;
    const asked = tables.find((name) => isMeant(name, table));
    if (asked !== undefined) unused.tables.delete(asked);
    const old = [...renameTables.keys()].find((name) => name === table.name || isRead(name, table));
    const renamed = old === undefined ? undefined : renameTables.get(old);
    if (old !== undefined && renamed !== undefined && (asked !== undefined || tables.length === 0 || isAlone)) {
      unused.renames.delete(old);
      return readTableName(renamed);
    }
    const [only] = tables;
    if (asked === undefined && only !== undefined) {
      if (!isAlone || tables.length > 1) return undefined;
      unused.tables.delete(only);
      return readTableName(only);
    }
    if (table.name === null) return null;
    return asked !== undefined && table.schema === null && asked !== table.name
      ? readTableName(asked)
      : { schema: table.schema, name: table.name };
  }
}

/** A name of the library's is the bare one; that of an option may have a schema, or be in quotes. */
function isRead(text: string, table: SourceTable): boolean {
  try {
    const { schema, name } = readTableName(text);
    return name === table.name && (schema === null || table.schema === null || table.schema === schema);
  } catch {
    return false;
  }
}

function isMeant(text: string, table: SourceTable): boolean {
  if (text === table.name) return true; // with a dot in it, as it stands
  const { schema, name } = readTableName(text);
  if (table.name?.toLowerCase() !== name.toLowerCase()) return false;
  return schema === null || table.schema === null || table.schema === schema;
}

/** By its schema where that has it, else along the search path. */
function find(
  relations: readonly TargetRelation[],
  searchPath: readonly string[],
  wanted: TableName,
  mayBePair = true,
): TargetRelation | undefined {
  const within = (schema: string): TargetRelation | undefined =>
    pick(
      relations.filter((relation) => relation.schema === schema),
      wanted.name,
      ({ name }) => name,
    );
  if (wanted.schema !== null)
    return (
      within(wanted.schema) ??
      find(relations, searchPath, { schema: null, name: `${wanted.schema}.${wanted.name}` }, false)
    );
  for (const schema of searchPath) {
    const found = within(schema);
    if (found !== undefined) return found;
  }
  // The name of a source's table may be a pair itself: a file called app.users.csv
  const [schema, name, ...more] = wanted.name.split('.');
  return !mayBePair || schema === undefined || name === undefined || more.length > 0
    ? undefined
    : find(relations, searchPath, { schema, name });
}

function namesOf(relations: readonly TargetRelation[], searchPath: readonly string[], schema: string | null): string[] {
  const near = relations.filter((relation) =>
    schema === null ? searchPath.includes(relation.schema) : relation.schema === schema,
  );
  return near.length > 0 ? near.map(({ name }) => name) : relations.map(({ display }) => display);
}
