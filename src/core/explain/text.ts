import type { Queryable } from '../../pg/queryable.ts';
import { check } from '../check.ts';
import type { LookOptions } from '../options.ts';
import type { CheckReport, SequenceReport } from '../report.ts';
import { explainViolation } from './explain.ts';
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
}

/**
 * Explains every error about keys and sequences that a text tells of. With `db`, the sequences are looked up there, all of the
 * database's, since how many are behind tells why.
 */
export async function explainText(text: string, db?: Queryable, options: LookOptions = {}): Promise<ExplainedText[]> {
  const errors = readErrors(text);
  const report = db === undefined || errors.length === 0 ? null : await check(db, options);
  const explained: ExplainedText[] = [];
  for (const error of errors) {
    const found = db === undefined || report === null ? null : await lookUp(error, db, report, options);
    explained.push({ error, verdict: verdictOf(error), found });
  }
  return explained;
}

async function lookUp(error: ErrorText, db: Queryable, report: CheckReport, options: LookOptions): Promise<Found> {
  const { constraint, schema, table, value } = error;
  if (error.kind === 'unique' && constraint !== null) {
    const { sequence, message } = await explainViolation({ schema, table, constraint, value }, db, options);
    // The report is of a moment before: what it says of the others goes with it
    const sequences = sequence === null ? [] : [sequence];
    return { sequences, message, outlook: outlook(sequences, report) };
  }
  const sequences = named(error, report).toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)));
  const [first] = sequences;
  return {
    sequences,
    message: first?.message ?? 'no sequence feeds that key: the row is really there',
    outlook: outlook(sequences, report),
  };
}

function outlook(sequences: readonly SequenceReport[], report: CheckReport): Outlook | null {
  const bad = sequences.find(isBad);
  return bad === undefined ? null : outlookOf(bad, report.sequences);
}

function isBad({ state }: SequenceReport): boolean {
  return state === 'behind' || state === 'exhausted';
}

/** The sequences that an error means which names no constraint: by their own names, or by those of a model and its fields. */
function named({ kind, constraint, table, model, columns }: ErrorText, { sequences }: CheckReport): SequenceReport[] {
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
