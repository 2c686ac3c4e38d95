import { plainName, quoteIdentifier, quoteLiteral, quoteRelation } from '../pg/identifier.ts';
import type { FedColumn, SurveyedSequence } from '../core/model/surveyed.ts';
import { type AskedDatabase, elsewhere, type Explained, plainFinding, sentence, told, worstFirst } from './finding.ts';
import { type NamedKey, keysNamed, preferred } from './keys.ts';
import { numbering, statements } from './of-unfed.ts';
import { supposedFor } from './supposed.ts';
import { withoutSequence } from './verdict.ts';
import type { ErrorText } from './error-text.ts';

/** A column of ids that got no value: what numbers it, or that nothing does, and the line that adds what is missing. */
export async function ofNull(error: ErrorText, database: AskedDatabase): Promise<Explained> {
  const { columns, schema, table } = error;
  const [column = ''] = columns ?? [];
  const other = withoutSequence(error);
  if (other !== null) return told(other);
  if (table === null) return told(`the text does not say in which table ${column} had no value`);
  const { db, inspection } = database;
  const feds = inspection.scope.sequences.flatMap((sequence) =>
    sequence.columns
      .filter((fed) => fed.column === column && fed.table.toLowerCase() === table.toLowerCase())
      .map((fed) => ({ schema: fed.schema, table: fed.table, sequence, fed })),
  );
  const keys = await keysNamed(db, inspection.catalogOptions, { constraint: null, schema: null, table });
  const [place] = nearest([...keys, ...feds], { schema, table }, database);
  if (place === undefined)
    return elsewhere(`table ${table} with a primary key, and no sequence that feeds ${column} of it`);
  const isThere = (one: { schema: string; table: string }): boolean =>
    one.schema === place.schema && one.table === place.table;
  const fed = feds.find(isThere);
  if (fed !== undefined) return await ofFed(fed, database);
  const key = keys.find((one) => isThere(one) && one.columns.some((part) => part.column === column));
  const where = plainName(place.schema, place.table);
  if (key === undefined) return told(`no sequence feeds ${column} of ${where}: the INSERT must give the value`);
  return { ...(await ofKey(key, column, database)), table: where };
}

/** A column that a sequence feeds: by its default, so the statement gave NULL, or by nothing but that it owns it. */
async function ofFed(
  { sequence, fed }: { readonly sequence: SurveyedSequence; readonly fed: FedColumn },
  { look }: AskedDatabase,
): Promise<Explained> {
  const looked = worstFirst(await look([sequence]));
  const stands = looked.map((found) => `${sentence(found)}.`);
  const by = fed.link === 'configured' ? 'a link says that an application takes it from' : 'it owns';
  return {
    ...plainFinding,
    sequences: looked,
    table: fed.tableName,
    message: fed.client
      ? `${fed.name} has no default, although ${by} ${sequence.name}: the INSERT must give a value from it`
      : `${fed.name} takes its value from ${sequence.name} when a statement gives none: this statement gave NULL itself, or the default was added later`,
    notes: fed.client
      ? [
          ...stands,
          ...statements('To let PostgreSQL generate it', defaulting(fed.schema, fed.table, fed.column, sequence)),
        ]
      : [`Leave ${fed.column} out of the statement, or write DEFAULT.`, ...stands],
  };
}

async function ofKey(key: NamedKey, name: string, database: AskedDatabase): Promise<Explained> {
  const { inspection } = database;
  const { schema, table } = key;
  const place = plainName(schema, table, name);
  const column = key.columns.find((one) => one.column === name);
  const [parent] = column?.parents ?? [];
  if (parent !== undefined)
    return told(
      `${place} refers to ${plainName(parent.schema, parent.table, parent.column)}: the INSERT must give the value`,
    );
  if (column?.default !== null && column?.default !== undefined)
    return told(
      `the default of ${place} is ${column.default}: this statement gave NULL itself, or the default returned NULL`,
    );
  const message = `nothing generates ${place}: it has no default and no identity, and no sequence feeds it`;
  const [supposed] = await supposedFor(key, inspection);
  if (supposed !== undefined) {
    const { sequence, looked } = supposed;
    return {
      ...plainFinding,
      sequences: looked === null ? [] : [looked],
      link: supposed.link,
      message,
      notes: [
        `By its name, ${sequence.name} did, but the default was lost${looked === null ? '' : `: ${sentence(looked)}`}.`,
        ...statements(
          'To restore it',
          defaulting(schema, table, name, sequence),
          `alter sequence ${quoteRelation(sequence.schema, sequence.sequence)} owned by ${quoteRelation(schema, table)}.${quoteIdentifier(name)};`,
        ),
      ],
    };
  }
  return {
    ...plainFinding,
    sequences: [],
    message,
    notes: await numbering(key, database),
  };
}

/** Those that a name means: as it is written, in the schema that was said, else first along the search path. */
function nearest<One extends { readonly schema: string; readonly table: string }>(
  all: readonly One[],
  { schema, table }: { readonly schema: string | null; readonly table: string },
  { inspection }: AskedDatabase,
): One[] {
  const written = preferred(all, (one) => one.table === table);
  const said = preferred(written, (one) => one.schema === schema);
  const path = inspection.server.searchPath;
  const first = path.find((name) => said.some((one) => one.schema === name));
  return preferred(said, (one) => one.schema === first);
}

function defaulting(schema: string, table: string, column: string, sequence: SurveyedSequence): string {
  const name = quoteLiteral(quoteRelation(sequence.schema, sequence.sequence));
  return `alter table ${quoteRelation(schema, table)} alter column ${quoteIdentifier(column)} set default nextval(${name});`;
}
