import { quoteLiteral } from '../pg/identifier.ts';
import * as sql from '../pg/sql.generated.ts';
import { failures } from '../pg/sqlstate.ts';
import { unreadable } from '../core/measure/measure.ts';
import { linkRows, readLink } from '../core/model/links.ts';
import type { StatesOptions } from './options.ts';
import { type Pattern, relationPattern, schemaPattern } from '../core/survey/patterns.ts';
import { anyOf, matchesSql, noneOf } from '../core/survey/patterns-sql.ts';
import { inSchema, named } from './names.ts';
import { refusals } from './refusals.ts';

/** Locks that one statement may take, about: those of reading are given back before the next. */
const lockBudget = 1000;

/**
 * Statements in PL/pgSQL that leave in `looked` what sql/states.sql says of every sequence in scope: a JSON array of its rows. They
 * need the settings of `settingStates`, and the variables of `lookVariables`.
 *
 * The catalogs are asked once. What they say goes into the questions part by part, each in a block of its own that is rolled back:
 * that gives the locks back, and survives a read that fails. What fails together is asked again one by one; a sequence that
 * cannot be read alone is unknown.
 */
export function lookInPlpgsql(options: StatesOptions): string {
  return `${surveyInPlpgsql(options)}looked := '[]';
while queue <> '{}' loop
  asked := queue[1];
  queue := queue[2:];
  part := null;
  begin
    perform pg_catalog.set_config('pgseq.surveyed', asked, true);
    part := coalesce((select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(r)) from (
${statesQuery(options)}
    ) r), '[]');
    raise sqlstate 'SQ001';
  exception
    when sqlstate 'SQ001' then
      null;
    when others then
      get stacked diagnostics code = returned_sqlstate, message = message_text;
      if (select pg_catalog.count(distinct e.value ->> 'sequence_oid') from pg_catalog.json_array_elements(asked::pg_catalog.json) e) > 1 then
        queue := array(select pg_catalog.json_agg(e.value)::pg_catalog.text
                       from pg_catalog.json_array_elements(asked::pg_catalog.json) with ordinality e (value, place)
                       group by e.value ->> 'sequence_oid' order by min(e.place)) || queue;
      else
        part := pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('state', 'unknown', 'reason', ${reasonSql},
          'sequence', asked::pg_catalog.json -> 0 ->> 'sequence_display'));
        raise notice 'pgseq: % could not be read: %', part -> 0 ->> 'sequence', message;
      end if;
  end;
  looked := looked || coalesce(part, '[]');
end loop;`;
}

/** The first of them: they leave in `queue` what the catalogs say, and refuse what names nothing. */
export function surveyInPlpgsql(options: StatesOptions): string {
  return `queue := array(
  select pg_catalog.json_agg(p.surveyed order by p.place)::pg_catalog.text
  from (
    select pg_catalog.to_json(s) as surveyed, pg_catalog.row_number() over () as place,
           pg_catalog.div(sum(s.locks + 1) over (order by s.sequence_schema, s.sequence_name), ${lockBudget}) as part
    from (
${sql.survey}
    ) s
    where s.sequence_oid is not null
  ) p
  group by p.part
  order by p.part);
${refusals(options)}`;
}

/** The variables that `lookInPlpgsql` needs. */
export const lookVariables = `  looked pg_catalog.jsonb;
  part pg_catalog.jsonb;
  queue pg_catalog.text[];
  asked pg_catalog.text;
  code pg_catalog.text;
  message pg_catalog.text;
`;

/** Why a read has failed, by the variables `code` and `message`: what `failureOf` makes of an error. */
const reasonSql = `case when code = '42501' and message ~ 'row-level security' then 'row-security'
            when code = '0A000' and message ~ 'unlogged' then 'unlogged'
            ${Object.entries(failures)
              .map(([code, failure]) => `when code = '${code}' then '${unreadable(failure)}'`)
              .join(' ')}
            when code like 'HV%' then 'foreign' else 'error' end`;

/** A row of what `lookInPlpgsql` leaves, for jsonb_to_recordset. */
export const lookedRow =
  'sequence pg_catalog.text, state pg_catalog.text, reason pg_catalog.text, next pg_catalog.numeric, furthest pg_catalog.numeric, ' +
  'collision pg_catalog.numeric, after pg_catalog.numeric, target pg_catalog.numeric, behind_by pg_catalog.numeric, remaining pg_catalog.numeric, ' +
  'columns pg_catalog.text, sequence_oid pg_catalog.oid, seqincrement pg_catalog.numeric, seqmin pg_catalog.numeric, seqmax pg_catalog.numeric, ' +
  'seqcache pg_catalog.numeric, seqcycle pg_catalog.bool, can_draw pg_catalog.bool, can_alter pg_catalog.bool, lone pg_catalog.bool';

/** The query of sql/states.sql, with everything in its place. */
export function statesQuery(options: StatesOptions): string {
  return filled(sql.states, {
    survey: `select s.* from pg_catalog.json_to_recordset(pg_catalog.current_setting('pgseq.surveyed')::pg_catalog.json) s (${surveyedRow})`,
    foreign: sql.foreign,
    read_foreign: String(options.readForeign ?? false),
    trust_owners: String(options.trustOwners ?? false),
    max_jump: String(options.maxJump ?? 50),
    scope: scopeSql(options),
  });
}

/** A row of sql/survey.sql. */
const surveyedRow =
  'sequence_oid oid, sequence_schema name, sequence_name name, sequence_display text, sequence_type text, seqstart int8, seqincrement int8, ' +
  'seqmin int8, seqmax int8, seqcache int8, seqcycle bool, sequence_owner name, schema_usage bool, can_read bool, can_draw bool, ' +
  'can_alter bool, extension name, subscribed bool, relation_oid oid, relation_schema name, relation_name name, relkind "char", ' +
  'relation_display text, column_name name, column_display text, column_type text, base_type text, base_typmod int4, how text, expr text, ' +
  'draws bool, client bool, block text, direct bool, covered_by_root bool, indexed bool, uniqueness text, relation_schema_usage bool, ' +
  'can_read_column bool, row_security bool, expressions bool, foreign_partition bool, locks int8, pages int8';

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
    ['pgseq.entering', "''"],
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
  return settings.map(([name, value]) => `perform pg_catalog.set_config('${name}', ${value}, true);`).join('\n');
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
