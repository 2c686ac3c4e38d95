import { guardObjects } from '../../pg/guard.ts';
import { quoteLiteral } from '../../pg/identifier.ts';
import { type Pattern, relationPattern, schemaPattern } from '../patterns.ts';
import type { Filters } from '../scope.ts';

/**
 * A script that guards the tables that are there when it runs, and match: for a schema file, or the end of a migration. It can
 * be run again, and does nothing where there is nothing to do. `maxJump` and `updates` as in `GuardOptions`.
 */
export function schemaFile(
  filters: Filters,
  { maxJump, updates }: { maxJump?: number | undefined; updates?: boolean | undefined },
): string {
  const relation = ['r.relname', 'n.nspname', 'pg_catalog.pg_table_is_visible(r.oid)'] as const;
  const sequence = ['q.relname', 'm.nspname', 'pg_catalog.pg_table_is_visible(q.oid)'] as const;
  const conditions = [
    any(filters.schemas, schemaPattern, (pattern) => `n.nspname ~ ${source(pattern.name)}`),
    none(filters.excludeSchemas, schemaPattern, (pattern) => `n.nspname ~ ${source(pattern.name)}`),
    any(filters.tables, relationPattern, (pattern) => is(pattern, relation)),
    none(filters.excludeTables, relationPattern, (pattern) => is(pattern, relation)),
    any(filters.sequences, relationPattern, (pattern) => is(pattern, sequence)),
  ].flat();
  const given = [
    ...(maxJump === undefined ? [] : [`, max_jump => ${maxJump}`]),
    ...(updates === undefined ? [] : [`, updates => ${updates}`]),
  ].join('');
  return `-- Guards the tables that are there and match: pgseq sql guard made it. It may be run again.
begin;
set local client_min_messages = warning;

${guardObjects.join('\n')}
do $pgseq$
declare
  one pg_catalog.record;
begin
  for one in
    select r.oid::pg_catalog.regclass as relation, c.name
    from pg_catalog.pg_class r
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    cross join lateral pgseq.columns(r.oid::pg_catalog.regclass) c (name)
    join pg_catalog.pg_class q on q.oid = pgseq.source(r.oid::pg_catalog.regclass, c.name)
    join pg_catalog.pg_namespace m on m.oid = q.relnamespace
    where r.relkind in ('r', 'p') and r.relpersistence <> 't'
      and not exists (select 1 from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = r.oid and d.deptype = 'e')
${conditions.map((condition) => `      and ${condition}\n`).join('')}    order by n.nspname, r.relname, c.name
  loop
    perform pgseq.protect(one.relation, one.name${given});
  end loop;
end
$pgseq$;
commit;
`;
}

/** One of several patterns must match; none given, none must. */
function any(
  texts: readonly string[] | undefined,
  read: (text: string) => Pattern,
  condition: (pattern: Pattern) => string,
): string[] {
  return texts === undefined || texts.length === 0 ? [] : [`(${texts.map(read).map(condition).join(' or ')})`];
}

function none(...given: Parameters<typeof any>): string[] {
  return any(...given).map((condition) => `not ${condition}`);
}

function is({ schema, name }: Pattern, [relation, namespace, visible]: readonly [string, string, string]): string {
  return `(${relation} ~ ${source(name)} and ${schema === null ? visible : `${namespace} ~ ${source(schema)}`})`;
}

/** A regular expression for PostgreSQL: what psql's patterns come to means the same in both. */
function source(expression: RegExp): string {
  return quoteLiteral(expression.source);
}
