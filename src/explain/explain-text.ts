import type { Queryable } from '../pg/queryable.ts';
import { sizesFor } from '../core/findings/cautions.ts';
import { jsonable } from '../core/model/json.ts';
import { inspect } from '../core/inspect.ts';
import type { InspectOptions } from '../core/model/options.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { type SequenceReport, sequenceReport } from '../core/model/report.ts';
import { cautioned } from '../core/model/caution.ts';
import type { Assessment } from '../core/model/assessed.ts';
import { isBad } from './finding.ts';
import { lookUp } from './found.ts';
import { type InsertOutlook, outlookOf } from './outlook.ts';
import { readErrors } from './read-errors.ts';
import { type ErrorVerdict, verdictOf } from './verdict.ts';
import type { ErrorText } from './error-text.ts';

/** What the text of one error comes to. */
export interface ExplainedText {
  readonly error: ErrorText;
  /** By the text alone; where a database was asked, what that says counts. */
  readonly verdict: ErrorVerdict;
  /** What the database says of it; null where none was asked. */
  readonly found: FoundError | null;
}

/** What the database says of an error. */
export interface FoundError {
  /** The sequences that feed the key, as they stand now, those that are behind first; none: nothing feeds it. */
  readonly sequences: readonly SequenceReport[];
  /** What is the matter, in a sentence. */
  readonly message: string;
  /** What else was seen, a sentence each: the row, other schemas, a link to give. */
  readonly notes: readonly string[];
  /** Where a sequence is behind or used up: why, for how long, and what to do. */
  readonly outlook: InsertOutlook | null;
  /** This database has nothing of that name: nothing can be said. */
  readonly isElsewhere: boolean;
}

/**
 * Explains every error about keys and sequences that a text tells of. With `db`, the sequences are looked up there, all of the
 * database's, since how many are behind tells why.
 */
export async function explainText(
  text: string,
  db?: Queryable,
  options: InspectOptions = {},
): Promise<ExplainedText[]> {
  if (db !== undefined) refuseRaw(db);
  const errors = readErrors(text);
  const look = db === undefined || errors.length === 0 ? null : await looker(db, options);
  const explained: ExplainedText[] = [];
  for (const error of errors)
    explained.push({ error, verdict: verdictOf(error), found: look === null ? null : await look(error) });
  return jsonable(explained);
}

/** A database, looked at once, however many errors are about it. */
async function looker(db: Queryable, options: InspectOptions): Promise<(error: ErrorText) => Promise<FoundError>> {
  const inspection = await inspect(db, options);
  const looked = await inspection.assess(inspection.scope.sequences, 0n, 'measure');
  const byOid = new Map(looked.map((one) => [one.sequence.oid, one]));
  const all = looked.map((one) => sequenceReport(one));
  const withCaution = async (outlook: InsertOutlook, about: Assessment): Promise<InsertOutlook> => ({
    ...outlook,
    cure: cautioned(outlook.cure, await sizesFor([outlook.cure], [about], db, inspection.catalogOptions)),
  });
  return async (error) => {
    const finding = await lookUp(error, {
      db,
      inspection,
      options,
      look: (sequences) => sequences.flatMap(({ oid }) => byOid.get(oid) ?? []),
    });
    const { sequences, message, notes, isElsewhere, link, isVague } = finding;
    const [first] = sequences;
    const links = { given: options.links ?? [], supposed: link };
    const outlook =
      first === undefined || !isBad(first) ? null : await withCaution(outlookOf(first, all, links), first);
    const isAll = isVague && sequences.length > 1 && outlook?.cure.startsWith('pgseq fix') === true;
    return {
      sequences: sequences.map((one) => sequenceReport(one)),
      message,
      notes,
      outlook: isAll ? { ...outlook, cure: 'pgseq fix' } : outlook,
      isElsewhere,
    };
  };
}
