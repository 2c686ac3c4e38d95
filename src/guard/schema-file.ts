import { guardObjects } from '../pg/guard.ts';
import { relationPattern, schemaPattern } from '../core/survey/patterns.ts';
import { anyOf, matchesSql, noneOf } from '../core/survey/patterns-sql.ts';
import type { SequenceFilters } from '../core/model/options.ts';

/**
 * One statement that guards the tables that are there when it runs, and match: for a schema file, or the end of a migration, whose
 * transaction it is a part of; tools that prepare what they send take no more than one. It can be run again, and does nothing
 * where there is nothing to do. `maxJump` and `updates` as in `GuardOptions`.
 */
export function schemaFile(
  filters: SequenceFilters,
  { maxJump, updates }: { maxJump?: number | undefined; updates?: boolean | undefined },
): string {
  const relation = { name: 'r.relname', schema: 'n.nspname', visible: 'pg_catalog.pg_table_is_visible(r.oid)' };
  const sequence = { name: 'q.relname', schema: 'm.nspname', visible: 'pg_catalog.pg_table_is_visible(q.oid)' };
  const inSchema = { name: 'n.nspname', schema: '', visible: 'true' };
  const conditions = [
    anyOf(filters.schemas, schemaPattern, (pattern) => matchesSql(pattern, inSchema)),
    noneOf(filters.excludeSchemas, schemaPattern, (pattern) => matchesSql(pattern, inSchema)),
    anyOf(filters.tables, relationPattern, (pattern) => matchesSql(pattern, relation)),
    noneOf(filters.excludeTables, relationPattern, (pattern) => matchesSql(pattern, relation)),
    anyOf(filters.sequences, relationPattern, (pattern) => matchesSql(pattern, sequence)),
  ].flat();
  const given = [
    ...(maxJump === undefined ? [] : [`, max_jump => ${maxJump}`]),
    ...(updates === undefined ? [] : [`, updates => ${updates}`]),
  ].join('');
  const everything = [
    ...guardObjects.map((sql) => sql.trim().replace(/;?$/, ';')),
    `for one in
  select r.oid::pg_catalog.regclass as relation, c.name
  from pg_catalog.pg_class r
  join pg_catalog.pg_namespace n on n.oid = r.relnamespace
  cross join lateral pgseq.columns(r.oid::pg_catalog.regclass) c (name)
  join pg_catalog.pg_class q on q.oid = pgseq.feeding_sequence(r.oid::pg_catalog.regclass, c.name)
  join pg_catalog.pg_namespace m on m.oid = q.relnamespace
  where r.relkind in ('r', 'p') and r.relpersistence <> 't'
    and not exists (select 1 from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = r.oid and d.deptype = 'e')
${conditions.map((condition) => `    and ${condition}\n`).join('')}  order by n.nspname, r.relname, c.name
loop
  perform pgseq.protect(one.relation, one.name${given});
end loop;`,
  ].join('\n');
  const tag = freeTag(everything);
  // What is set for a transaction lasts to its end, which is the caller's: it is put back
  return `-- Guards the matching tables that exist: made by pgseq sql guard. One statement, which can be run again.
do ${tag}
declare
  one pg_catalog.record;
  messages constant pg_catalog.text := pg_catalog.current_setting('client_min_messages');
begin
perform pg_catalog.set_config('client_min_messages', 'warning', true);
${everything}
perform pg_catalog.set_config('client_min_messages', messages, true);
end
${tag};
`;
}

/** A dollar quote that a text does not end; a pattern may hold any. */
function freeTag(text: string): string {
  let tag = '$pgseq_guard$';
  while (text.includes(tag)) tag = tag.replace(/\$$/, '_$');
  return tag;
}
