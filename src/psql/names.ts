import type { NamedSql } from '../core/survey/patterns-sql.ts';

/** A schema, which is a name in no schema. `schema`: SQL. */
export const inSchema = (schema: string): NamedSql => ({ name: schema, schema: '', visible: 'true' });

/** A relation: a bare name means the first of that name along the search path. Both are SQL. */
export function named(schema: string, name: string): NamedSql {
  const first =
    'select e.value from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ' +
    "join pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.search_path')::pg_catalog.jsonb) with ordinality e (value, place) " +
    `on e.value = n.nspname where c.relname = ${name} order by e.place limit 1`;
  return { name, schema, visible: `${schema} = (${first})` };
}
