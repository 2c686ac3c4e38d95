import type { Queryable } from '../../pg/queryable.ts';
import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import { shellPattern, shellWord } from '../../pg/shell.ts';
import { suspectsAmong } from '../heal/suspects.ts';
import type { Glass } from '../look.ts';
import type { Looked } from '../looked.ts';
import { messageOf } from '../message.ts';
import type { SurveyedSequence } from '../model.ts';
import type { LookOptions } from '../options.ts';
import { isUsedUp } from './outlook.ts';
import { type Key, type KeyColumn, keysNamed, plainName, preferred, stored } from './keys.ts';
import type { ErrorText } from './read.ts';
import { isOfAll, supposedFor } from './supposed.ts';
import { isGiven, withoutSequence } from './verdict.ts';

/** What a database says of an error. */
export interface Finding {
  /** The sequences that it is about, as they stand now, those that are behind or used up first. */
  readonly sequences: readonly Looked[];
  /** What is the matter, in a sentence. */
  readonly message: string;
  /** What else was seen, a sentence each. */
  readonly notes: readonly string[];
  /** This database has nothing of that name: nothing can be said. */
  readonly isElsewhere: boolean;
  /** `schema.table` of the key; null where it is not one table's. */
  readonly table: string | null;
  /** The link that the verdict stands on, where nobody gave it. */
  readonly link: string | null;
  /** The text does not say which of the sequences it means. */
  readonly isVague: boolean;
}

/** A database that errors are looked up in. */
export interface Database {
  readonly db: Queryable;
  readonly glass: Glass;
  readonly options: LookOptions;
  /** Looks at some sequences of the scope. */
  readonly look: (sequences: readonly SurveyedSequence[]) => readonly Looked[] | Promise<readonly Looked[]>;
}

const plainFinding = { notes: [], isElsewhere: false, table: null, link: null, isVague: false };

/** Looks an error up in a database. */
export async function lookUp(error: ErrorText, database: Database): Promise<Finding> {
  const { kind, constraint } = error;
  const name = constraint ?? '';
  if (kind === 'index') return { ...plainFinding, sequences: [], message: withoutSequence(error) ?? '' };
  if (kind === 'range') return await ofRange(error, database);
  if (kind === 'missing') return await ofMissing(name, database);
  if (kind === 'limit') {
    return constraint === null
      ? vague(await allUsedUp(database), 'no sequence of this database is used up now')
      : await ofLimit(name, database);
  }
  if (kind === 'denied') {
    const [one] = sequencesNamed(name, database.glass);
    return one === undefined
      ? elsewhere(`sequence ${name}`)
      : told(withoutSequence({ ...error, constraint: one.name }) ?? '');
  }
  if (kind === 'name') return await ofName(name, database);
  return await ofKey(error, database);
}

async function ofLimit(name: string, { glass, look }: Database): Promise<Finding> {
  const finding = ofSequences(await look(sequencesNamed(name, glass)));
  const [first] = finding.sequences;
  if (first === undefined) return elsewhere(`sequence ${name}`);
  const notes = isUsedUp(first) ? [] : ['It has values left now: it was given more room since, or set back.'];
  return { ...finding, notes: [...notes, ...finding.notes] };
}

function elsewhere(what: string): Finding {
  const message = `this database has no ${what}: does the error come from another one?`;
  return { ...plainFinding, sequences: [], message, isElsewhere: true };
}

async function ofKey(error: ErrorText, database: Database): Promise<Finding> {
  const { constraint, schema, table, value } = error;
  const { db, glass } = database;
  const other = withoutSequence(error);
  if (constraint === null && table === null) return other === null ? await ofColumns(error, database) : told(other);
  const [, own, bareName] = /^(?:([^.]+)\.)?([^.]+)$/.exec(constraint ?? '') ?? [];
  let named = await keysNamed(db, glass.patient, { constraint, schema: null, table });
  if (named.length === 0 && own !== undefined)
    named = await keysNamed(db, glass.patient, { constraint: bareName ?? null, schema: null, table: null });
  if (named.length === 0) {
    if (other !== null) return told(other);
    return constraint === null
      ? await ofColumns(error, database)
      : elsewhere(`unique constraint or index ${constraint}${table === null ? '' : ` on ${table}`}`);
  }
  const bySchema = preferred(named, (key) => key.schema === (schema ?? own ?? key.schema));
  const byTable = preferred(bySchema, (key) => table === null || key.table === table);
  const candidates = preferred(byTable, (key) => table === null || key.table.toLowerCase() === table.toLowerCase());
  const { keys, holding } = await choose(candidates, value, glass);
  const finding = await ofKeys(keys, { ...error, schema: schema ?? own ?? null }, holding, database);
  const rest = candidates.filter((key) => !keys.includes(key));
  return rest.length === 0
    ? finding
    : {
        ...finding,
        notes: [
          ...finding.notes,
          `${nameOf(error, keys)} is also there in ${listed(rest.map((key) => plainName(key.schema, key.table)))}.`,
        ],
      };
}

function nameOf({ constraint }: ErrorText, keys: readonly Key[]): string {
  return constraint ?? keys[0]?.constraint ?? '';
}

/** Of keys of one name those that are meant: whose table holds the key, else those first along the search_path, else all. */
async function choose(
  candidates: readonly Key[],
  value: string | null,
  glass: Glass,
): Promise<{ keys: Key[]; holding: boolean | null }> {
  const held = await stored(candidates, value, glass);
  const holders = candidates.filter((_, i) => held[i] === true);
  const some = holders.length > 0 ? holders : [...candidates];
  const places = some.map(({ schema }) => glass.server.searchPath.indexOf(schema)).filter((place) => place >= 0);
  const first = glass.server.searchPath[Math.min(...places)];
  const keys = preferred(some, ({ schema }) => schema === first);
  const known = keys.map((key) => held[candidates.indexOf(key)] ?? null);
  return { keys, holding: known.includes(true) ? true : known.every((one) => one === false) ? false : null };
}

async function ofKeys(
  keys: readonly Key[],
  error: ErrorText,
  holding: boolean | null,
  database: Database,
): Promise<Finding> {
  const { glass } = database;
  const [key] = keys as [Key, ...Key[]];
  const where = keys.length === 1 ? plainName(key.schema, key.table) : null;
  const set = new Set(keys.flatMap(({ columns }) => columns.flatMap(columnKeys)));
  const sequences = worstFirst(await database.look(feeding(set, glass)));
  const [first] = sequences;
  const seen = sightOf(keys, error, holding);
  const many =
    keys.length === 1
      ? []
      : [
          `${nameOf(error, keys)} is there in ${listed(keys.map((one) => plainName(one.schema, one.table)))}; the error does not say which it means.`,
        ];
  const other = withoutSequence(error);
  if (other !== null) {
    const isBehind = first !== undefined && isBad(first);
    return {
      ...plainFinding,
      sequences,
      message: other,
      notes: [...(isBehind ? [`Besides: ${sentence(first)}.`] : seen), ...many],
      table: where,
    };
  }
  if (first === undefined) {
    const unfed = await ofUnfed(key, seen, database);
    return { ...unfed, notes: [...unfed.notes, ...many], table: where };
  }
  const notes = isBad(first) ? givenNotes(error, first) : [...seen, ...inStepNotes(error, first), ...loneNotes(first)];
  return { ...plainFinding, sequences, message: wellOr(first), notes: [...notes, ...many], table: where };
}

/** Where a sequence is behind and the statement gave the id itself: two things are the matter. */
function givenNotes(error: ErrorText, { sequence }: Looked): string[] {
  if (!isGiven(error) || sequence.columns.some(({ client }) => client)) return [];
  const [column] = error.columns ?? [];
  return [`The statement gave ${column} itself: no fix cures that one. Leave ${column} out of it, or give another.`];
}

function inStepNotes(error: ErrorText, { judgement: { state } }: Looked): string[] {
  if (state !== 'ok' && state !== 'empty') return [];
  const [column = 'the id'] = error.columns ?? [];
  if (isGiven(error)) return [`The statement gave ${column} itself: leave it out, or give another.`];
  if (error.statement === 'insert' && error.given !== null)
    return ['The statement gave no id, so the sequence has been moved since: run it again.'];
  return ['Either the statement gave the id itself, or the sequence has been moved since: run it again.'];
}

/** Lone ids far ahead: a fix would use up all between. */
function loneNotes({ outliers }: Looked): string[] {
  if (outliers === null) return [];
  const ids = outliers.length === 0 ? 'what lies ahead' : listed(outliers.map((id) => id.toString()));
  return [`Lone ids far ahead (${ids}): pgseq fix passes over them; pgseq check says more.`];
}

/** What was seen of the row that is in the way. Nothing is said where nobody could look. */
function sightOf(keys: readonly Key[], { value }: ErrorText, holding: boolean | null): string[] {
  const [key] = keys as [Key, ...Key[]];
  if (holding === null || value === null) return [];
  const row = `${key.columns.map(({ column }) => column).join(', ')} = ${value}`;
  const tables = listed(keys.map(({ schema, table }) => plainName(schema, table)));
  return holding
    ? [`The row is really there: ${tables} ${keys.length === 1 ? 'has' : 'have'} ${row}.`]
    : [`This database does not show it: ${tables} ${keys.length === 1 ? 'has' : 'have'} no row with ${row} now.`];
}

/** A key that no sequence feeds, as far as the catalogs know: what does, or what may. */
async function ofUnfed(key: Key, seen: readonly string[], database: Database): Promise<Finding> {
  const { db, glass, options } = database;
  const above = await ofParents(key, seen, database);
  if (above !== null) return above;
  const [column, ...more] = key.columns;
  const place =
    column === undefined ? plainName(key.schema, key.table) : plainName(key.schema, key.table, column.column);
  const supposed = await supposedFor(key, db, glass, options);
  const compared = supposed
    .filter(({ looked }) => looked !== null)
    .toSorted((a, b) => Number(isBadOrNull(b.looked)) - Number(isBadOrNull(a.looked)));
  const [one] = compared;
  if (one?.looked) {
    const { looked, link, sequence } = one;
    return {
      ...plainFinding,
      sequences: [looked],
      message: `nothing in the catalogs feeds ${place}; by its name ${sequence.name} may be what an application draws it from: ${sentence(looked)}`,
      notes: [
        ...(isBad(looked) ? [] : seen),
        ...(isOfAll(sequence.sequence) ? ['Such a sequence feeds many tables: a link should name them all.'] : []),
        `If that is so, say it to every command: --link ${shellWord(link)}${link.endsWith('@below') ? ' (@below: Hibernate; @above: pooled-lo, Entity Framework)' : ''}`,
      ],
      link,
    };
  }
  const notes = [
    ...seen,
    ...supposed.map(
      ({ sequence }) => `Unlinked, and named like it: ${sequence.name}. If ${place} is made from it, compare by hand.`,
    ),
  ];
  if (column === undefined || more.length > 0 || !key.whole)
    return { ...plainFinding, sequences: [], message: `no sequence feeds a column of ${key.constraint}`, notes };
  if (column.default !== null)
    return {
      ...plainFinding,
      sequences: [],
      message: `${place} takes its default from ${column.default}; whether that draws from a sequence, the catalogs do not tell`,
      notes,
    };
  const [parent] = column.parents;
  const why =
    parent === undefined
      ? ', and it has no default'
      : `: it refers to ${plainName(parent.schema, parent.table, parent.column)}`;
  return {
    ...plainFinding,
    sequences: [],
    message: `no sequence feeds ${place}${why}${parent === undefined ? ':' : ', and'} whoever inserts gives the value`,
    notes: [...notes, ...(parent === undefined ? numbering(key, column) : [])],
  };
}

/** How PostgreSQL can number a key from now on. */
function numbering(key: Key, { column, baseType }: KeyColumn): string[] {
  if (!/^int[248]$/.test(baseType ?? '') || key.kind !== 'r' || !key.primary) return [];
  const { schema, table } = key;
  return [
    `To have PostgreSQL number it (locks the table for a moment): alter table ${quoteRelation(schema, table)} alter column ${quoteIdentifier(column)} add generated by default as identity; then pgseq fix -t ${shellPattern(schema, table)}`,
  ];
}

/** What feeds the key that a key refers to, however far up. */
async function ofParents(key: Key, seen: readonly string[], { db, glass, look }: Database): Promise<Finding | null> {
  const [start] = key.columns;
  let child = start === undefined ? '' : plainName(key.schema, key.table, start.column);
  // A unique reference that is no primary key is given by whoever inserts, and says nothing of how its parent is numbered
  let parents = key.columns.length === 1 && key.primary ? (start?.parents ?? []) : [];
  for (let depth = 0; depth < 8 && parents.length > 0; depth++) {
    const sequences = worstFirst(
      await look(feeding(new Set(parents.map(({ relationOid, column }) => `${relationOid} ${column}`)), glass)),
    );
    const [parent] = parents as [(typeof parents)[number]];
    const place = plainName(parent.schema, parent.table, parent.column);
    const [first] = sequences;
    if (first !== undefined)
      return {
        ...plainFinding,
        sequences,
        message: `${child} refers to ${place}, which ${first.sequence.name} feeds: ${sentence(first)}`,
        notes: isBad(first) ? [] : seen,
      };
    const above = await keysNamed(db, glass.patient, { constraint: null, schema: null, table: parent.table });
    child = place;
    parents = above
      .filter(({ relationOid }) => relationOid === parent.relationOid)
      .flatMap(({ columns }) => columns.filter(({ column }) => column === parent.column).flatMap((one) => one.parents));
  }
  return null;
}

/** An error that names neither constraint nor table: by the fields of a model, else whatever is behind. */
async function ofColumns({ table, model, columns }: ErrorText, { glass, look }: Database): Promise<Finding> {
  const all = await look(glass.scope.sequences);
  const fed =
    columns === null
      ? all
      : all.filter(({ sequence }) => sequence.columns.some(({ column }) => columns.includes(column)));
  const wanted = table ?? model;
  const same =
    wanted === null
      ? []
      : fed.filter(({ sequence }) => sequence.columns.some((one) => isNamedAfter(one.table, wanted)));
  if (same.length > 0) return ofSequences(worstFirst(same));
  return vague(worstFirst(fed).filter(isBad), 'no sequence that it may mean is behind or used up');
}

/** Sequences of which the text does not say which it means. */
function vague(sequences: readonly Looked[], none: string): Finding {
  const [first, ...more] = sequences;
  if (first === undefined) return { ...plainFinding, sequences, message: none };
  const notes =
    more.length === 0
      ? []
      : [`${more.length + 1} may be meant: ${listed(sequences.map(({ sequence }) => sequence.name))}.`];
  return { ...plainFinding, sequences, message: sentence(first), notes, isVague: true };
}

/** `User` is stored in "User", users or app_user, as the ORM and its user like it. */
function isNamedAfter(table: string, model: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replaceAll('_', '').replace(/e?s$/, '');
  return bare(table) === bare(model);
}

async function ofRange(
  { table, constraint, statement, given }: ErrorText,
  { glass, look }: Database,
): Promise<Finding> {
  if (statement === 'update') return told('An UPDATE draws from no sequence: the value that it computed is too large.');
  const of =
    table === null
      ? glass.scope.sequences
      : glass.scope.sequences.filter(({ columns }) =>
          columns.some((one) => one.table.toLowerCase() === table.toLowerCase()),
        );
  const looked = worstFirst(await look(of));
  const used = looked.filter(isUsedUp);
  if (table === null)
    return vague(
      used,
      `no sequence is used up: the statement itself gave a value too large for ${constraint ?? 'its column'}`,
    );
  if (used.length > 0) return ofSequences(used);
  const what = given?.length === 0 ? 'a default or a trigger made' : 'the statement itself gave';
  return {
    ...plainFinding,
    sequences: looked,
    message: `no sequence that feeds ${table} is used up: ${what} a value too large for ${constraint ?? 'its column'}`,
  };
}

async function allUsedUp({ glass, look }: Database): Promise<Looked[]> {
  return (await look(glass.scope.sequences)).filter(isUsedUp);
}

async function ofMissing(name: string, database: Database): Promise<Finding> {
  const { db, glass, look } = database;
  const [there] = sequencesNamed(name, glass);
  if (there !== undefined) {
    const isSeen = glass.server.searchPath.includes(there.schema);
    const looked = await look([there]);
    return {
      ...plainFinding,
      sequences: looked,
      message: `${there.name} is there${isSeen ? ' now, and the search_path of this connection leads to it' : ', in a schema that the search_path does not lead to: write it with its schema'}`,
      notes: looked.filter(isBad).map((one) => `${sentence(one)}.`),
    };
  }
  const wanted = (/^(?:.*\.)?(.+?)_?(?:seq|sequence)\d*$/i.exec(name)?.[1] ?? name).toLowerCase();
  const isMeant = (table: string, column: string): boolean =>
    [table, `${table}_${column}`].some((one) => one.toLowerCase() === wanted);
  const fed = await look(
    glass.scope.sequences.filter(({ columns }) => columns.some(({ table, column }) => isMeant(table, column))),
  );
  const [first] = worstFirst(fed);
  const message = `this database has no sequence ${name} either`;
  if (first !== undefined) {
    const place = first.sequence.columns.find(({ table, column }) => isMeant(table, column));
    return {
      ...plainFinding,
      sequences: worstFirst(fed),
      message: `this database has no sequence ${name}: ${place?.name} is fed by ${first.sequence.name}`,
      notes: isBad(first) ? [`${sentence(first)}.`] : [],
    };
  }
  const table = wanted.replace(/_[^_]*$/, '');
  const keys = [
    ...(await keysNamed(db, glass.patient, { constraint: null, schema: null, table: wanted })),
    ...(await keysNamed(db, glass.patient, { constraint: null, schema: null, table })),
  ];
  const [key] = keys;
  const [column] = key?.columns ?? [];
  if (key === undefined || column === undefined || column.default !== null)
    return { ...plainFinding, sequences: [], message };
  return {
    ...plainFinding,
    sequences: [],
    message: `${message}, and nothing feeds ${plainName(key.schema, key.table, column.column)}`,
    notes: numbering(key, column),
  };
}

/** A name alone: of a sequence, a constraint or a table. */
async function ofName(name: string, database: Database): Promise<Finding> {
  const { db, glass, look } = database;
  const sequences = sequencesNamed(name, glass);
  if (sequences.length > 0) return ofSequences(worstFirst(await look(sequences)));
  const [, schema, bare = name] = /^(?:([^.]+)\.)?([^.]+)$/.exec(name) ?? [];
  const isOf = (one: { schema: string; table: string }): boolean =>
    one.table.toLowerCase() === bare.toLowerCase() && one.schema === (schema ?? one.schema);
  const feeds = glass.scope.sequences.filter(({ columns }) => columns.some(isOf));
  if (feeds.length > 0) return ofSequences(worstFirst(await look(feeds)));
  const asConstraint = await keysNamed(db, glass.patient, { constraint: bare, schema: null, table: null });
  const keys =
    asConstraint.length > 0
      ? asConstraint
      : await keysNamed(db, glass.patient, { constraint: null, schema: null, table: bare });
  const mine = preferred(keys, (key) => key.schema === schema);
  if (mine.length === 0) return elsewhere(`table, constraint or sequence ${name}`);
  const nothing = {
    kind: 'unique',
    constraint: null,
    schema: null,
    table: null,
    model: null,
    columns: null,
    value: null,
    statement: null,
    given: null,
    times: 1,
  } as const;
  return await ofKeys(mine, nothing, null, database);
}

function ofSequences(sequences: readonly Looked[]): Finding {
  const [first, ...more] = worstFirst(sequences);
  if (first === undefined) return told('no sequence of this database is meant');
  const notes = more.filter(isBad).map((one) => `${sentence(one)}.`);
  return { ...plainFinding, sequences: worstFirst(sequences), message: wellOr(first), notes: notes.slice(0, 5) };
}

/** The sequences of a name, with its schema or without; whatever their case where none is written so. */
function sequencesNamed(name: string, { scope, server }: Glass): SurveyedSequence[] {
  const [, schema, bare = name] = /^(?:([^.]+)\.)?([^.]+)$/.exec(name) ?? [];
  const same = scope.sequences.filter(
    (one) =>
      one.name === name ||
      one.sequence === name ||
      (one.sequence.toLowerCase() === bare.toLowerCase() && one.schema === (schema ?? one.schema)),
  );
  const exact = preferred(same, ({ sequence }) => sequence === bare);
  return schema === undefined
    ? exact.toSorted((a, b) => placeOf(a, server.searchPath) - placeOf(b, server.searchPath))
    : exact;
}

function placeOf({ schema }: SurveyedSequence, path: readonly string[]): number {
  const place = path.indexOf(schema);
  return place === -1 ? path.length : place;
}

function columnKeys({ relations, column }: KeyColumn): string[] {
  return relations.map((oid) => `${oid} ${column}`);
}

function feeding(columns: ReadonlySet<string>, { all, scope }: Glass): SurveyedSequence[] {
  const { oids } = suspectsAmong(all, columns);
  return scope.sequences.filter(({ oid }) => oids.includes(oid));
}

function told(message: string): Finding {
  return { ...plainFinding, sequences: [], message };
}

/** A sequence that is behind or used up. Lone ids far ahead of it are none of its faults. */
export function isBad(looked: Looked): boolean {
  return (looked.judgement.state === 'behind' && looked.outliers === null) || isUsedUp(looked);
}

function isBadOrNull(looked: Looked | null): boolean {
  return looked !== null && isBad(looked);
}

function worstFirst(sequences: readonly Looked[]): Looked[] {
  return sequences.toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)));
}

/** What a sequence's state comes to. */
function sentence(looked: Looked): string {
  const { sequence, measurement, judgement } = looked;
  const { name, min, max, increment } = sequence;
  const { state, next, reason } = judgement;
  if (isUsedUp(looked) && next === null) return `${name} has handed out its last value, ${increment > 0n ? max : min}`;
  if (state === 'incomparable' && next !== null)
    return reason === 'cycles'
      ? `${name} hands out ${min} to ${max} again and again, now ${next}: an insert fails as long as the row of the last round is there`
      : `${name} feeds ${sequence.columns[0]?.name}, but the two cannot be compared (${reason}); it will hand out ${next}`;
  return messageOf(sequence, measurement, judgement);
}

/** The same, and that nothing is wrong with it where nothing is. */
function wellOr(looked: Looked): string {
  const { state } = looked.judgement;
  return state === 'ok' || state === 'empty' ? `the sequence is fine: ${sentence(looked)}` : sentence(looked);
}

/** Names in a sentence, the first few. */
function listed(names: readonly string[]): string {
  const few = names.slice(0, 5);
  const rest = names.length - few.length;
  return rest === 0 ? few.join(', ') : `${few.join(', ')} and ${rest} more`;
}
