import type { Queryable } from '../pg/queryable.ts';
import type { Inspection } from '../core/inspect.ts';
import type { Assessment } from '../core/model/assessed.ts';
import { messageOf } from '../core/model/message.ts';
import type { SurveyedSequence } from '../core/model/surveyed.ts';
import type { InspectOptions } from '../core/model/options.ts';
import { isUsedUp } from './outlook.ts';

/** What a database says of an error. */
export interface Explained {
  /** The sequences that it is about, as they stand now, those that are behind or used up first. */
  readonly sequences: readonly Assessment[];
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
export interface AskedDatabase {
  readonly db: Queryable;
  readonly inspection: Inspection;
  readonly options: InspectOptions;
  /** Looks at some sequences of the scope. */
  readonly look: (sequences: readonly SurveyedSequence[]) => readonly Assessment[] | Promise<readonly Assessment[]>;
}

export const plainFinding = { notes: [], isElsewhere: false, table: null, link: null, isVague: false };

export function told(message: string): Explained {
  return { ...plainFinding, sequences: [], message };
}

export function elsewhere(what: string): Explained {
  const message = `this database has no ${what}: does the error come from another one?`;
  return { ...plainFinding, sequences: [], message, isElsewhere: true };
}

/** A sequence that is behind or used up. Lone ids far ahead of it are none of its faults. */
export function isBad(looked: Assessment): boolean {
  return (looked.judgement.state === 'behind' && looked.outliers === null) || isUsedUp(looked);
}

export function worstFirst(sequences: readonly Assessment[]): Assessment[] {
  return sequences.toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)));
}

/** What a sequence's state comes to. */
export function sentence(looked: Assessment): string {
  const { sequence, measurement, judgement } = looked;
  const { name, min, max, increment } = sequence;
  const { state, next, reason } = judgement;
  if (isUsedUp(looked) && next === null) return `${name} has handed out its last value, ${increment > 0n ? max : min}`;
  if (state === 'incomparable' && next !== null)
    return reason === 'cycles'
      ? `${name} cycles from ${min} to ${max}, and its next value is ${next}: an insert fails while the row of the last round still exists`
      : `${name} feeds ${sequence.columns[0]?.name}, but the two cannot be compared (${reason}); its next value is ${next}`;
  return messageOf(sequence, measurement, judgement);
}

/** The same, and that nothing is wrong with it where nothing is. */
export function wellOr(looked: Assessment): string {
  const { state } = looked.judgement;
  return state === 'ok' || state === 'empty' ? `the sequence is fine: ${sentence(looked)}` : sentence(looked);
}

/** Names in a sentence, the first few. */
export function listed(names: readonly string[]): string {
  const few = names.slice(0, 5);
  const rest = names.length - few.length;
  return rest === 0 ? few.join(', ') : `${few.join(', ')} and ${rest} more`;
}
