import type { Queryable } from '../../pg/queryable.ts';
import type { UniqueViolation } from '../../pg/violation.ts';
import { keyColumns, suspectsAmong } from '../heal/suspects.ts';
import { focus } from '../look.ts';
import type { SurveyedSequence } from '../model.ts';
import type { LookOptions } from '../options.ts';
import { type SequenceReport, sequenceReport } from '../report.ts';
import { messageOn } from './explain.ts';
import { outlookOf, type Outlook } from './outlook.ts';
import { type ErrorText, readErrors } from './read.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** What the text of one error comes to. */
export interface ExplainedText {
  readonly error: ErrorText;
  /** By the text alone. */
  readonly verdict: Verdict;
  /** What the database says of it; null where none was asked. */
  readonly found: Found | null;
}

/** What the database says of an error. */
export interface Found {
  /** The sequences that feed the key, as they stand now, those that are behind first; none: nothing feeds it. */
  readonly sequences: readonly SequenceReport[];
  /** What is the matter, in a sentence. */
  readonly message: string;
  /** Where a sequence is behind or used up: why, for how long, and what to do. */
  readonly outlook: Outlook | null;
  /** This database has no such constraint: nothing can be said. */
  readonly isElsewhere: boolean;
}

/**
 * Explains every error about keys and sequences that a text tells of. With `db`, the sequences are looked up there, all of the
 * database's, since how many are behind tells why.
 */
export async function explainText(text: string, db?: Queryable, options: LookOptions = {}): Promise<ExplainedText[]> {
  const errors = readErrors(text);
  const database = db === undefined || errors.length === 0 ? null : await lookAt(db, options);
  const explained: ExplainedText[] = [];
  for (const error of errors) {
    const found = database === null ? null : await lookUp(error, database);
    explained.push({ error, verdict: verdictOf(error), found });
  }
  return explained;
}

/** A database, looked at once, however many errors are about it. */
interface Database {
  readonly all: readonly SurveyedSequence[];
  /** By oid, in the order of reports. */
  readonly sequences: ReadonlyMap<string, SequenceReport>;
  /** The columns of the key of a violation. */
  readonly keyOf: (violation: UniqueViolation) => ReturnType<typeof keyColumns>;
}

async function lookAt(db: Queryable, options: LookOptions): Promise<Database> {
  const glass = await focus(db, options);
  const looked = await glass.look(glass.scope.sequences, 0n, 'measure');
  return {
    all: glass.all,
    sequences: new Map(looked.map((one) => [one.sequence.oid, sequenceReport(one)])),
    keyOf: (violation) => keyColumns(db, violation, options, glass.asking),
  };
}

async function lookUp(error: ErrorText, database: Database): Promise<Found> {
  const { constraint, schema, table, value } = error;
  const all = [...database.sequences.values()];
  if (error.kind !== 'unique' || constraint === null)
    return found(
      named(error, all),
      all,
      (first) => first?.message ?? 'no sequence feeds that key: the row is really there',
    );
  const violation = { schema, table, constraint, value };
  const key = await database.keyOf(violation);
  if (key === null) {
    const message = `this database has no unique constraint or index ${constraint}${table === null ? '' : ` on ${table}`}: does the error come from another one?`;
    return { sequences: [], message, outlook: null, isElsewhere: true };
  }
  const feeding = suspectsAmong(database.all, key).oids.flatMap((oid) => database.sequences.get(oid) ?? []);
  return found(feeding, all, (first) => messageOn(violation, first ?? null));
}

function found(
  feeding: readonly SequenceReport[],
  all: readonly SequenceReport[],
  messageOf: (first: SequenceReport | undefined) => string,
): Found {
  const sequences = feeding.toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)));
  const [first] = sequences;
  return {
    sequences,
    message: messageOf(first),
    outlook: first !== undefined && isBad(first) ? outlookOf(first, all) : null,
    isElsewhere: false,
  };
}

function isBad({ state }: SequenceReport): boolean {
  return state === 'behind' || state === 'exhausted';
}

/** The sequences that an error means which names no constraint: by their own names, or by those of a model and its fields. */
function named(
  { kind, constraint, table, model, columns }: ErrorText,
  sequences: readonly SequenceReport[],
): SequenceReport[] {
  if (kind === 'limit')
    return sequences.filter(
      ({ name, sequence }) => name === constraint || sequence === constraint?.replace(/^.*\./, ''),
    );
  if (kind === 'index') return [];
  const fed = sequences.filter((sequence) => sequence.columns.some(({ column }) => columns?.includes(column) ?? false));
  const wanted = table ?? model;
  if (wanted === null) return fed.filter(isBad);
  const same = fed.filter((sequence) => sequence.columns.some((column) => isNamedAfter(column.table, wanted)));
  return same.length > 0 ? same : fed.filter(isBad);
}

/** `User` is stored in "User", users or app_user, as the ORM and its user like it. */
function isNamedAfter(table: string, model: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replaceAll('_', '').replace(/e?s$/, '');
  return bare(table) === bare(model);
}
