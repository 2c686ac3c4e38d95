import type { Queryable } from '../pg/queryable.ts';
import { shellPattern } from '../pg/shell.ts';
import { type UniqueViolation, uniqueViolation } from '../pg/query/unique-violation.ts';
import { jsonable } from '../core/model/json.ts';
import { inspect } from '../core/inspect.ts';
import type { InspectOptions } from '../core/model/options.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { type SequenceReport, sequenceReport } from '../core/model/report.ts';
import { isBad } from './finding.ts';
import { lookUp } from './found.ts';
import type { ErrorText } from './error-text.ts';
import { findings } from '../core/findings/findings.ts';

/** What PostgreSQL leaves out of a unique violation. */
export interface ErrorExplanation {
  /** `schema.table`, quoted only where needed, where the error or the database says. */
  readonly table: string | null;
  readonly constraint: string | null;
  /** The key that exists already, as PostgreSQL prints it; null where the error does not say. */
  readonly value: string | null;
  /** The sequence that feeds the key, as it stands now; null where none does, or no database was asked. */
  readonly sequence: SequenceReport | null;
  /** What is the matter, in a few sentences. */
  readonly message: string;
  /** What has probably brought it about; null where no sequence is to blame. */
  readonly cause: string | null;
  /** SQL or a command that cures it; null where there is nothing to cure. */
  readonly cure: string | null;
}

/**
 * Explains an error of whichever client: which sequence it is about, where that stands, what the table reaches, why that probably is
 * so, and the cure. Null for an error that is no unique violation. Without `db` it tells what the error itself says.
 */
export async function explain(
  error: unknown,
  db?: Queryable,
  options: InspectOptions = {},
): Promise<ErrorExplanation | null> {
  if (db !== undefined) refuseRaw(db);
  const violation = uniqueViolation(error);
  if (violation === null) return null;
  const { schema, table, constraint, value } = violation;
  const named = table === null ? null : schema === null ? table : `${schema}.${table}`;
  const said = { table: named, constraint, value, sequence: null, cause: null, cure: null };
  if (db === undefined) {
    const cure = table === null ? 'pgseq check' : `pgseq check -t ${shellPattern(schema, table)}`;
    return {
      ...said,
      cure,
      message: `${keyOf(violation)} exists already; connect to the database to find out whether a sequence is behind`,
    };
  }
  const inspection = await inspect(db, options);
  const found = await lookUp(asText(violation), {
    db,
    inspection,
    options,
    look: async (sequences) => await inspection.assess(sequences, 0n, 'measure'),
  });
  const [one] = found.sequences;
  const bad = one === undefined || !isBad(one) ? null : one;
  const message = [found.message, ...found.notes.map((note) => note.replace(/\.$/, ''))].join('. ');
  const exists = bad === null && !found.isElsewhere ? `${keyOf(violation)} exists already; ` : '';
  const first =
    bad === null ? undefined : (await findings(inspection, [bad], options)).find(({ level }) => level !== 'info');
  return jsonable({
    ...said,
    table: found.table ?? named,
    sequence: one === undefined ? null : sequenceReport(one),
    message: `${exists}${message}`,
    cause: first?.help ?? null,
    cure: first?.fix ?? null,
  });
}

/** What the fields of an error say, as if its text had said it. */
function asText({ schema, table, constraint, value }: UniqueViolation): ErrorText {
  const unsaid = { model: null, columns: null, statement: null, given: null, times: 1 } as const;
  return { kind: 'unique', ...unsaid, schema, table, constraint, value };
}

function keyOf({ value, constraint }: UniqueViolation): string {
  return value === null ? `a key of ${constraint}` : `the key (${value}) of ${constraint}`;
}
