import type { Queryable } from '../../pg/queryable.ts';
import { shellPattern } from '../../pg/shell.ts';
import { type UniqueViolation, uniqueViolation } from '../../pg/violation.ts';
import { suspects } from '../heal/suspects.ts';
import { findings, focus } from '../look.ts';
import type { LookOptions } from '../options.ts';
import { type SequenceReport, sequenceReport } from '../report.ts';

/** What PostgreSQL leaves out of a unique violation. */
export interface Explanation {
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
export async function explain(error: unknown, db?: Queryable, options: LookOptions = {}): Promise<Explanation | null> {
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
      message: `${keyOf(violation)} exists already; whether a sequence is behind, the database tells`,
    };
  }
  const asking = {
    role: options.role,
    statementTimeout: options.statementTimeout ?? 30_000,
    lockTimeout: 2000,
    signal: options.signal,
  };
  const found = await suspects(db, violation, options, asking);
  const glass = await focus(db, options, found.oids);
  const looked = await glass.look(glass.scope.sequences, 0n, 'measure');
  const one = looked.find(({ judgement }) => judgement.state === 'behind') ?? looked[0];
  if (one === undefined) return { ...said, message: messageOn(violation, null) };
  const sequence = sequenceReport(one);
  const first = (await findings(glass, [one], options)).find(({ level }) => level !== 'info');
  const isWell = isInStep(sequence);
  return {
    ...said,
    table: found.table,
    sequence,
    message: messageOn(violation, sequence),
    cause: isWell ? null : (first?.help ?? null),
    cure: isWell ? null : (first?.fix ?? null),
  };
}

/** What is the matter, by the sequence that feeds the key; null: none does. */
export function messageOn(violation: UniqueViolation, sequence: SequenceReport | null): string {
  if (sequence === null)
    return `${keyOf(violation)} exists already, and no sequence feeds that key: the row is really there`;
  return isInStep(sequence)
    ? `${keyOf(violation)} exists already; ${sequence.message}, so it is in step: the id was given by the statement itself, or the sequence has been moved since`
    : sequence.message;
}

function isInStep({ state }: SequenceReport): boolean {
  return state === 'ok' || state === 'empty';
}

function keyOf({ value, constraint }: UniqueViolation): string {
  return value === null ? `a key of ${constraint}` : `the key (${value}) of ${constraint}`;
}
