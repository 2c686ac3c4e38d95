import type { Inspection } from '../core/inspect.ts';
import type { Assessment } from '../core/model/assessed.ts';
import type { SurveyedSequence } from '../core/model/surveyed.ts';
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
import { preferred } from './keys.ts';
import { isUsedUp } from './outlook.ts';
import type { ErrorText } from './error-text.ts';

export async function ofLimit(name: string, { inspection, look }: AskedDatabase): Promise<Explained> {
  const finding = ofSequences(await look(sequencesNamed(name, inspection)));
  const [first] = finding.sequences;
  if (first === undefined) return elsewhere(`sequence ${name}`);
  const notes = isUsedUp(first) ? [] : ['It has values left now: it has since been extended or set back.'];
  return { ...finding, notes: [...notes, ...finding.notes] };
}

export async function allUsedUp({ inspection, look }: AskedDatabase): Promise<Assessment[]> {
  return (await look(inspection.scope.sequences)).filter(isUsedUp);
}

export async function ofRange(
  { table, constraint, statement, given }: ErrorText,
  { inspection, look }: AskedDatabase,
): Promise<Explained> {
  if (statement === 'update')
    return told('An UPDATE takes no value from a sequence: the value that it computed is too large.');
  const of =
    table === null
      ? inspection.scope.sequences
      : inspection.scope.sequences.filter(({ columns }) =>
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

/** An error that names neither constraint nor table: by the fields of a model, else whatever is behind. */
export async function ofColumns(
  { table, model, columns }: ErrorText,
  { inspection, look }: AskedDatabase,
): Promise<Explained> {
  const all = await look(inspection.scope.sequences);
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
  return vague(worstFirst(fed).filter(isBad), 'none of the sequences that it may be about is behind or used up');
}

/** Sequences of which the text does not say which it means. */
export function vague(sequences: readonly Assessment[], none: string): Explained {
  const [first, ...more] = sequences;
  if (first === undefined) return { ...plainFinding, sequences, message: none };
  const notes =
    more.length === 0
      ? []
      : [`${more.length + 1} sequences may be meant: ${listed(sequences.map(({ sequence }) => sequence.name))}.`];
  return { ...plainFinding, sequences, message: sentence(first), notes, isVague: true };
}

/** `User` is stored in "User", users or app_user, as the ORM and its user like it. */
function isNamedAfter(table: string, model: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replaceAll('_', '').replace(/e?s$/, '');
  return bare(table) === bare(model);
}

export function ofSequences(sequences: readonly Assessment[]): Explained {
  const [first, ...more] = worstFirst(sequences);
  if (first === undefined) return told('it is about no sequence of this database');
  const notes = more.filter(isBad).map((one) => `${sentence(one)}.`);
  return { ...plainFinding, sequences: worstFirst(sequences), message: wellOr(first), notes: notes.slice(0, 5) };
}

/** The sequences of a name, with its schema or without; whatever their case where none is written so. */
export function sequencesNamed(name: string, { scope, server }: Inspection): SurveyedSequence[] {
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
