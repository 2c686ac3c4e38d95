import { plainName } from '../pg/identifier.ts';
import type { Inspection } from '../core/inspect.ts';
import type { Assessment } from '../core/model/assessed.ts';
import {
  type AskedDatabase,
  elsewhere,
  type Explained,
  isBad,
  listed,
  plainFinding,
  sentence,
  told,
  wellOr,
  worstFirst,
} from './finding.ts';
import { feeding, type NamedKey, type KeyColumn, keysNamed, preferred, stored } from './keys.ts';
import { ofColumns } from './of-sequences.ts';
import { ofUnfed } from './of-unfed.ts';
import { withoutSequence } from './verdict.ts';
import type { ErrorText } from './error-text.ts';

export async function ofKey(error: ErrorText, database: AskedDatabase): Promise<Explained> {
  const { constraint, schema, table, value } = error;
  const { db, inspection } = database;
  const other = withoutSequence(error);
  if (constraint === null && table === null) return other === null ? await ofColumns(error, database) : told(other);
  const [, own, bareName] = /^(?:([^.]+)\.)?([^.]+)$/.exec(constraint ?? '') ?? [];
  let named = await keysNamed(db, inspection.catalogOptions, { constraint, schema: null, table });
  if (named.length === 0 && own !== undefined)
    named = await keysNamed(db, inspection.catalogOptions, { constraint: bareName ?? null, schema: null, table: null });
  if (named.length === 0) {
    if (other !== null) return told(other);
    return constraint === null
      ? await ofColumns(error, database)
      : elsewhere(`unique constraint or index ${constraint}${table === null ? '' : ` on ${table}`}`);
  }
  const bySchema = preferred(named, (key) => key.schema === (schema ?? own ?? key.schema));
  const byTable = preferred(bySchema, (key) => table === null || key.table === table);
  const candidates = preferred(byTable, (key) => table === null || key.table.toLowerCase() === table.toLowerCase());
  const { keys, holding } = await choose(candidates, value, inspection);
  const finding = await ofKeys(keys, { ...error, schema: schema ?? own ?? null }, holding, database);
  const rest = candidates.filter((key) => !keys.includes(key));
  return rest.length === 0
    ? finding
    : {
        ...finding,
        notes: [
          ...finding.notes,
          `${nameOf(error, keys)} also exists in ${listed(rest.map((key) => plainName(key.schema, key.table)))}.`,
        ],
      };
}

function nameOf({ constraint }: ErrorText, keys: readonly NamedKey[]): string {
  return constraint ?? keys[0]?.constraint ?? '';
}

/** Of keys of one name those that are meant: whose table holds the key, else those first along the search_path, else all. */
async function choose(
  candidates: readonly NamedKey[],
  value: string | null,
  inspection: Inspection,
): Promise<{ keys: NamedKey[]; holding: boolean | null }> {
  const held = await stored(candidates, value, inspection);
  const holders = candidates.filter((_, i) => held[i] === true);
  const some = holders.length > 0 ? holders : [...candidates];
  const places = some.map(({ schema }) => inspection.server.searchPath.indexOf(schema)).filter((place) => place >= 0);
  const first = inspection.server.searchPath[Math.min(...places)];
  const keys = preferred(some, ({ schema }) => schema === first);
  const known = keys.map((key) => held[candidates.indexOf(key)] ?? null);
  return { keys, holding: known.includes(true) ? true : known.every((one) => one === false) ? false : null };
}

export async function ofKeys(
  keys: readonly NamedKey[],
  error: ErrorText,
  holding: boolean | null,
  database: AskedDatabase,
): Promise<Explained> {
  const { inspection } = database;
  const [key] = keys as [NamedKey, ...NamedKey[]];
  const where = keys.length === 1 ? plainName(key.schema, key.table) : null;
  const set = new Set(keys.flatMap(({ columns }) => columns.flatMap(columnKeys)));
  const sequences = worstFirst(await database.look(feeding(set, inspection)));
  const [first] = sequences;
  const seen = sightOf(keys, error, holding);
  const many =
    keys.length === 1
      ? []
      : [
          `${nameOf(error, keys)} exists in ${listed(keys.map((one) => plainName(one.schema, one.table)))}; the error does not say which one it means.`,
        ];
  const other = withoutSequence(error);
  if (other !== null) {
    const isBehind = first !== undefined && isBad(first);
    return {
      ...plainFinding,
      sequences,
      message: other,
      notes: [...(isBehind ? [`Also: ${sentence(first)}.`] : seen), ...many],
      table: where,
    };
  }
  if (first === undefined) {
    const unfed = await ofUnfed(key, seen, database);
    return { ...unfed, notes: [...unfed.notes, ...many], table: where };
  }
  const column = numbered(error, key, first);
  const notes = isBad(first)
    ? givenNotes(error, column, first)
    : [...seen, ...inStepNotes(error, column, first), ...loneNotes(first)];
  return { ...plainFinding, sequences, message: wellOr(first), notes: [...notes, ...many], table: where };
}

/** The column of the key that the sequence numbers. Drivers without DETAIL name the constraint alone: its columns are known here. */
function numbered({ columns }: ErrorText, key: NamedKey, { sequence }: Assessment): string | undefined {
  const all = columns ?? key.columns.map(({ column }) => column);
  return all.length === 1 ? all[0] : all.find((one) => sequence.columns.some(({ column }) => column === one));
}

/** Where a sequence is behind and the statement gave the id itself: two things are the matter. */
function givenNotes({ given }: ErrorText, column: string | undefined, { sequence }: Assessment): string[] {
  if (column === undefined || given?.includes(column) !== true || sequence.columns.some(({ client }) => client))
    return [];
  return [`The statement gave ${column} itself, which no fix can cure: leave ${column} out, or give another value.`];
}

function inStepNotes(error: ErrorText, column: string | undefined, { judgement: { state } }: Assessment): string[] {
  if (state !== 'ok' && state !== 'empty') return [];
  if (column !== undefined && error.given?.includes(column) === true)
    return [`The statement gave ${column} itself: leave it out, or give another value.`];
  if (error.statement === 'insert' && error.given !== null)
    return ['The statement gave no id, so the sequence was fixed in the meantime: try again.'];
  return ['Either the statement gave the id itself, or the sequence was fixed in the meantime: try again.'];
}

/** Lone ids far ahead: a fix would use up all between. */
function loneNotes({ outliers }: Assessment): string[] {
  if (outliers === null) return [];
  const ids = outliers.length === 0 ? 'not counted' : listed(outliers.map((id) => id.toString()));
  return [`Outlying ids far ahead (${ids}): pgseq fix ignores them; pgseq check shows details.`];
}

/** What was seen of the row that is in the way. Nothing is said where nobody could look. */
function sightOf(keys: readonly NamedKey[], { value }: ErrorText, holding: boolean | null): string[] {
  const [key] = keys as [NamedKey, ...NamedKey[]];
  if (holding === null || value === null) return [];
  const row = `${key.columns.map(({ column }) => column).join(', ')} = ${value}`;
  const tables = listed(keys.map(({ schema, table }) => plainName(schema, table)));
  return holding
    ? [`The row really exists: ${tables} ${keys.length === 1 ? 'has' : 'have'} ${row}.`]
    : [`This database shows no such row: ${tables} ${keys.length === 1 ? 'has' : 'have'} no row with ${row} now.`];
}

function columnKeys({ relations, column }: KeyColumn): string[] {
  return relations.map((oid) => `${oid} ${column}`);
}
