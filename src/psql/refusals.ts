import { type Pattern, relationPattern, schemaPattern } from '../core/survey/patterns.ts';
import { matchesSql } from '../core/survey/patterns-sql.ts';
import { nothing } from '../core/survey/scope.ts';
import { inSchema, named } from './names.ts';
import type { StatesOptions } from './options.ts';

/**
 * Statements in PL/pgSQL that end a script where a pattern or a link names nothing, as `check` ends then. They look at `queue`, which
 * holds what the survey has found.
 */
export function refusals(options: StatesOptions): string {
  const patterns = kinds(options).flatMap(({ option, texts, read, condition }) =>
    (texts ?? []).map((text) => refusePattern(`pgseq: ${option} ${text}: ${nothing[option]}`, condition(read(text)))),
  );
  return [...patterns, ...((options.links ?? []).length > 0 ? [refuseDeadLinks] : [])].join('');
}

/** What the survey has found, a row for each sequence and column: s.v. */
const found = `pg_catalog.unnest(queue) q (part)
    cross join lateral pg_catalog.json_array_elements(q.part::pg_catalog.json) s (v)`;

const column = (name: string): string => `(s.v ->> '${name}')`;

interface Kind {
  readonly option: string;
  readonly texts: readonly string[] | undefined;
  readonly read: (text: string) => Pattern;
  readonly condition: (pattern: Pattern) => string;
}

function kinds({ schemas, excludeSchemas, tables, excludeTables, sequences }: StatesOptions): Kind[] {
  const feeds = (condition: string): string =>
    `(${column('draws')} = 'true' and ${column('covered_by_root')} <> 'true' and ${condition})`;
  const bySchema = (pattern: Pattern): string =>
    `(${matchesSql(pattern, inSchema(column('sequence_schema')))} or ${feeds(matchesSql(pattern, inSchema(column('relation_schema'))))})`;
  const byTable = (pattern: Pattern): string =>
    feeds(matchesSql(pattern, named(column('relation_schema'), column('relation_name'))));
  const bySequence = (pattern: Pattern): string =>
    matchesSql(pattern, named(column('sequence_schema'), column('sequence_name')));
  return [
    { option: '-n', texts: schemas, read: schemaPattern, condition: bySchema },
    { option: '-t', texts: tables, read: relationPattern, condition: byTable },
    { option: '--sequence', texts: sequences, read: relationPattern, condition: bySequence },
    { option: '-N', texts: excludeSchemas, read: schemaPattern, condition: bySchema },
    { option: '-T', texts: excludeTables, read: relationPattern, condition: byTable },
  ];
}

function refusePattern(message: string, condition: string): string {
  return `if not exists (select from ${found} where ${condition}) then
  raise exception using message = ${bodyLiteral(message)};
end if;
`;
}

/** A text in the body of a function, which a dollar sign in it must not end. */
function bodyLiteral(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('$', '\\u0024')}'`;
}

/** A link to what is not there is a mistake. */
const refuseDeadLinks = `message := (
  select pg_catalog.string_agg(l.link::pg_catalog.text, ' ')
  from pg_catalog.jsonb_array_elements(pg_catalog.current_setting('pgseq.links')::pg_catalog.jsonb) l (link)
  where not exists (
    select
    from ${found}
    where s.v ->> 'sequence_name' = l.link ->> 1 and coalesce(l.link ->> 0, s.v ->> 'sequence_schema') = s.v ->> 'sequence_schema'
      and s.v ->> 'relation_name' = l.link ->> 3 and s.v ->> 'column_name' = l.link ->> 4
      and coalesce(l.link ->> 2, s.v ->> 'relation_schema') = s.v ->> 'relation_schema'));
if message is not null then
  raise exception 'pgseq: a link names a sequence or column that this database does not have: %', message;
end if;
`;
