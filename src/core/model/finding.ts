import type { Offering } from '../../pg/offering.ts';
import type { GuardedColumn } from './guard.ts';
import type { Grants } from './grants.ts';
import type { Judgement } from './judge.ts';
import type { Measurement, SurveyedSequence } from './surveyed.ts';

/** How bad a finding is. */
export type FindingLevel = 'error' | 'warning' | 'info';

/** From which level on a finding makes a run fail. */
export type FailOn = 'error' | 'warning' | 'none';

/** Something that a rule has to say about one sequence, or about the database. */
export interface Finding {
  readonly rule: string;
  readonly level: FindingLevel;
  /** Stable from run to run: what a baseline or an ignore list names. */
  readonly key: string;
  /** The sequence's name, or null when the finding is about the database. */
  readonly sequence: string | null;
  readonly message: string;
  /** Why it matters and what to do. */
  readonly help: string;
  /** SQL that cures it, ready to paste; null where there is none. */
  readonly fix: string | null;
}

/** The column that a sequence's name speaks of, which may deceive. */
export interface Suggestion {
  /** As reports name it. */
  readonly column: string;
  /** Whether the catalogs know nothing else that gives it its values. */
  readonly isFree: boolean;
  /** The furthest value that is stored in it, where it is free and the sequence would run into it; else null. */
  readonly reached: bigint | null;
}

/** What a rule is shown: everything that is known about one sequence. */
export interface FindingSubject {
  readonly sequence: SurveyedSequence;
  readonly measurement: Measurement;
  readonly judgement: Judgement;
  /** The lone ids that keep the sequence from being moved; null when none do. */
  readonly outliers: readonly bigint[] | null;
  /** For a sequence that feeds nothing. */
  readonly suggestion: Suggestion | null;
  /** How its columns are guarded; empty where no guard is there for it. */
  readonly guards: readonly GuardedColumn[];
  /** The SQL that would move it; null when it needs no move. */
  readonly move: string | null;
  /** The role that looks. */
  readonly role: string;
  /** What it lacks. */
  readonly grants: Grants;
  /** For the commands that it offers. */
  readonly offering: Offering | undefined;
  /** Share of used values, 0 to 1, from which a sequence is near its limit. */
  readonly nearLimit: number;
}

/** What a rule has found; `level` where this one is not as bad as the rule's. */
interface Found {
  readonly message: string;
  readonly help: string;
  readonly fix?: string;
  readonly level?: FindingLevel;
}

/** A rule: pure, one file, one page in docs/findings, one situation in the tests. */
export interface Rule {
  readonly name: string;
  /** The worst that it says. */
  readonly level: FindingLevel;
  /** One line for lists. */
  readonly summary: string;
  /** What it has to say, or null. */
  find(subject: FindingSubject): Found | null;
}
