import { quoteLiteral } from '../../pg/identifier.ts';
import * as sql from '../../pg/sql.generated.ts';
import { linkRows, readLink } from '../links.ts';
import type { LookOptions } from '../options.ts';
import { type Pattern, relationPattern, schemaPattern } from '../patterns.ts';
import { anyOf, matchesSql, type NamedSql, noneOf } from '../patterns-sql.ts';

/** What a script is told about how to look. */
export type StatesOptions = Pick<
  LookOptions,
  | 'links'
  | 'readForeign'
  | 'trustOwners'
  | 'maxJump'
  | 'schemas'
  | 'excludeSchemas'
  | 'tables'
  | 'excludeTables'
  | 'sequences'
>;

/** The query of sql/states.sql, with everything in its place. Needs the settings of `settingStates`. */
export function statesQuery(options: StatesOptions): string {
  return filled(sql.states, {
    survey: sql.survey,
    foreign: sql.foreign,
    read_foreign: String(options.readForeign ?? false),
    trust_owners: String(options.trustOwners ?? false),
    max_jump: String(options.maxJump ?? 50),
    scope: scopeSql(options),
  });
}

/** Puts texts in the place of psql's variables. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/(?<!:):([a-z_]+)\b/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing is known of :${name}`);
    return value;
  });
}

/** The session's own search_path as survey reads it: to be evaluated before `settingStates`. */
export const ownPath = 'pg_catalog.array_to_json(pg_catalog.current_schemas(false))::pg_catalog.text';

/** Calls in PL/pgSQL that set what the query needs, for the transaction only. `path`: an expression, see `ownPath`. */
export function settingStates({ links = [] }: StatesOptions, path: string): string {
  const settings: readonly (readonly [string, string])[] = [
    ['pgseq.search_path', path],
    ['pgseq.sequences', "''"],
    // JSON's own way to write a dollar: a name with $pgseq$ in it would end the body that this stands in
    [
      'pgseq.links',
      quoteLiteral(JSON.stringify(linkRows(links.map((link) => readLink(link)))).replaceAll('$', '\\u0024')),
    ],
    ['search_path', "'pg_catalog, pg_temp'"],
    ['row_security', "'off'"], // an error where a policy would hide rows, instead of a lower maximum
    ['quote_all_identifiers', "'off'"],
    ['standard_conforming_strings', "'on'"],
    ['constraint_exclusion', "'off'"],
    ['max_parallel_workers_per_gather', "'0'"],
    ['jit', "'off'"],
    ['lock_timeout', "'2s'"],
  ];
  return settings.map(([name, value]) => `  perform pg_catalog.set_config('${name}', ${value}, true);\n`).join('');
}

/** Whether anything was named: nothing in scope is then a mistake. */
export function isNarrowed(options: StatesOptions): boolean {
  const { schemas, excludeSchemas, tables, excludeTables, sequences } = options;
  return [schemas, excludeSchemas, tables, excludeTables, sequences].some((list) => (list?.length ?? 0) > 0);
}

/** Which sequences are in scope, as a condition on what sql/states.sql calls s. See `scope`. */
function scopeSql({ schemas, excludeSchemas, tables, excludeTables, sequences }: StatesOptions): string {
  const itself = named('s.sequence_schema', 's.sequence_name');
  const table = named('f.relation_schema', 'f.relation_name');
  const feeds = (condition: string): string =>
    `exists (select from fed f where f.sequence_oid = s.sequence_oid and ${condition})`;
  const bySchema = (pattern: Pattern): string =>
    `(${matchesSql(pattern, inSchema('s.sequence_schema'))} or ${feeds(matchesSql(pattern, inSchema('f.relation_schema')))})`;
  const byTable = (pattern: Pattern): string => feeds(matchesSql(pattern, table));
  const asked = [
    anyOf(schemas, schemaPattern, bySchema),
    anyOf(tables, relationPattern, byTable),
    anyOf(sequences, relationPattern, (pattern) => matchesSql(pattern, itself)),
  ].flat();
  const conditions = [
    ...(asked.length > 0 ? asked : unasked),
    ...noneOf(excludeSchemas, schemaPattern, bySchema),
    ...noneOf(excludeTables, relationPattern, byTable),
  ];
  return conditions.join(' and ');
}

/** What is in scope unless somebody asks for more. */
const unasked: readonly string[] = [
  's.extension is null',
  "s.sequence_schema not in ('pg_catalog', 'information_schema')",
  's.schema_usage',
];

const inSchema = (schema: string): NamedSql => ({ name: schema, schema: '', visible: 'true' });

/** A bare name means the first of that name along the search path. */
function named(schema: string, name: string): NamedSql {
  const first =
    'select e.value from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ' +
    "join pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.search_path')::pg_catalog.jsonb) with ordinality e (value, place) " +
    `on e.value = n.nspname where c.relname = ${name} order by e.place limit 1`;
  return { name, schema, visible: `${schema} = (${first})` };
}
