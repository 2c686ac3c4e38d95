import { nearest } from '../../pg/nearest.ts';
import { Problem } from '../../pg/problem.ts';
import { occupied } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import type { Glass } from '../look.ts';
import { type Asked, readTargets } from './facts.ts';
import type { Pair } from './plan.ts';
import type { Source, SourceTable } from './source.ts';

/** Which table is meant. */
export interface Naming {
  /** The target of a source that has one table. */
  readonly table: string | null;
  /** Tables that are called otherwise in the target. */
  readonly rename: ReadonlyMap<string, string>;
}

/** Finds the table for the rows of each table of each source. Throws one Problem that tells all that are not there. */
export async function pairUp(
  db: Queryable,
  { server, patient }: Glass,
  sources: readonly Source[],
  naming: Partial<Naming>,
): Promise<Pair[]> {
  const all = sources.flatMap((source) => source.tables.map((table) => ({ source, table })));
  if (all.length === 0)
    throw new Problem(`${sources.map(({ name }) => name).join(', ')}: there is no table in it`, {
      hint: 'nothing was imported',
    });
  const there = (await occupied(db, patient)).flatMap(({ kind, schema, name }) =>
    kind === 'table' && schema !== null && name !== null ? [{ schema, name }] : [],
  );
  const asked = all.map(({ source, table }) => fitted(wantedOf(source, table, naming), there, server.searchPath));
  const found = await readTargets(db, patient, server.searchPath, asked);
  const missing = asked.filter((_, at) => found[at] === null);
  if (missing.length > 0)
    throw new Problem(missing.map((one) => notThere(one, there)).join('\n'), {
      hint: 'nothing was imported; say where rows go: --table for one table, --rename-table old=new',
    });
  return all.flatMap(({ source, table }, at) => {
    const target = found[at];
    const from = source.tables.length > 1 && table.name !== null ? `${source.name} (${table.name})` : source.name;
    return target === null || target === undefined ? [] : [{ from, source: table, target }];
  });
}

function wantedOf(source: Source, table: SourceTable, { table: only = null, rename }: Partial<Naming>): Asked {
  const renamed = table.name === null ? undefined : rename?.get(table.name);
  if (renamed !== undefined) return tableName(renamed);
  if (only !== null && source.tables.length === 1) return tableName(only);
  if (table.name === null)
    throw new Problem(`${source.name}: rows for which table?`, { hint: 'name it: --table users' });
  return { schema: null, name: table.name };
}

/** Reads `users`, `app.users` or `"App"."Users"`: names are taken as they stand, quoted or not. */
export function tableName(text: string): Asked {
  const [, quotedSchema, schema, quotedName, name] =
    /^(?:(?:"((?:[^"]|"")+)"|([^".]+))\.)?(?:"((?:[^"]|"")+)"|([^".]+))$/.exec(text) ?? [];
  const bare = quotedName?.replaceAll('""', '"') ?? name;
  if (bare === undefined)
    throw new Problem(`${text}: not the name of a table`, { hint: 'write users, app.users or "App"."Users"' });
  return { schema: quotedSchema?.replaceAll('""', '"') ?? schema ?? null, name: bare };
}

/** By its name as it is, else the only one that differs in upper and lower case alone. */
function fitted(wanted: Asked, there: readonly { schema: string; name: string }[], path: readonly string[]): Asked {
  const visible = there.filter(({ schema }) =>
    wanted.schema === null ? path.includes(schema) : schema === wanted.schema,
  );
  if (visible.some(({ name }) => name === wanted.name)) return wanted;
  const folded = visible.filter(({ name }) => name.toLowerCase() === wanted.name.toLowerCase());
  return folded.length === 1 && folded[0] !== undefined ? folded[0] : wanted;
}

function notThere({ schema, name }: Asked, there: readonly { schema: string; name: string }[]): string {
  const near = nearest(
    name,
    there.map((one) => one.name),
  );
  const full = schema === null ? name : `${schema}.${name}`;
  const known = there.map((one) => `${one.schema}.${one.name}`);
  const shown = `${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`;
  return `there is no table ${full} in the database${near === undefined ? '' : `; did you mean ${near}?`} (${known.length === 0 ? 'it has none' : `it has ${shown}`})`;
}
