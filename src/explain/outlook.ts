import { shellPattern, shellWord } from '../pg/shell.ts';
import { unguardable } from '../core/survey/guard-state.ts';
import { readLink } from '../core/model/links.ts';
import type { Assessment } from '../core/model/assessed.ts';
import type { SurveyedSequence } from '../core/model/surveyed.ts';
import { blockSize, succeeding } from '../core/model/message.ts';
import { type SequenceReport, sequenceReport } from '../core/model/report.ts';
import { roomFor } from '../core/rules/exhausted.ts';

/** What to expect of a sequence that is behind or used up, and what to do. */
export interface InsertOutlook {
  /** How many inserts fail, or succeed before one does; of a sequence that is used up also the condition or the cost of the cure. */
  readonly inserts: string;
  /** What has probably brought it about. */
  readonly cause: string;
  /** What cures it now: a command, or the SQL that check has for it. */
  readonly cure: string;
  /** What keeps it from coming back: commands and why. */
  readonly prevention: readonly string[];
}

/** So many tables at once are no accident of one. */
const manyTables = 3;

/** Whether a sequence has no value left, whatever it feeds. */
export function isUsedUp({ measurement, judgement: { state, next } }: Assessment): boolean {
  return state === 'exhausted' || (state === 'unlinked' && measurement.position !== null && next === null);
}

/** What links the commands need. */
export interface Links {
  /** Those that the look was given. */
  readonly given: readonly string[];
  /** The one that the verdict supposes. */
  readonly supposed: string | null;
}

/** Looks at one sequence among all of the database: how many are behind, and how far, tells why. Pure. */
export function outlookOf(looked: Assessment, all: readonly SequenceReport[], links: Links): InsertOutlook {
  const sequence = sequenceReport(looked);
  const linked = linkedBy(looked, links);
  const table = sequence.columns[0];
  const only = table === undefined ? '' : ` -t ${shellPattern(table.schema, table.table)}${linked}`;
  if (isUsedUp(looked)) {
    const { help, fix } = roomFor(looked);
    return {
      inserts: help,
      cause:
        table === undefined
          ? 'All values of the sequence are used up.'
          : "It has counted to the end of the sequence, or of its column's type, or a setval moved it there.",
      cure:
        fix ?? `pgseq check${only === '' ? ` --sequence ${shellPattern(sequence.schema, sequence.sequence)}` : only}`,
      prevention: ['pgseq check   in CI or cron warns when 80 % of the values are used (near-limit)'],
    };
  }
  const isGuardable = looked.sequence.columns.every((column) => unguardable(looked.sequence, column) === null);
  return {
    inserts: insertsOf(sequence, looked.sequence),
    ...causeOf(sequence, all, isGuardable ? only : null),
    cure: `pgseq fix --sequence ${shellPattern(sequence.schema, sequence.sequence)}${linked}`,
  };
}

/** The links that make a sequence feed what it feeds, as options. */
function linkedBy({ sequence }: Assessment, { given, supposed }: Links): string {
  if (sequence.columns.every(({ link }) => link !== 'configured')) return '';
  const links = [...given.filter((link) => names(link, sequence)), ...(supposed === null ? [] : [supposed])];
  return links.map((link) => ` --link ${shellWord(link)}`).join('');
}

function names(link: string, { schema, sequence }: SurveyedSequence): boolean {
  const named = readLink(link).sequence;
  return named.name === sequence && named.schema === (named.schema === null ? null : schema);
}

function insertsOf({ collision, behindBy, columns }: SequenceReport, surveyed: SurveyedSequence): string {
  const size = blockSize(surveyed);
  if (collision === null) return '';
  const fails = columns.some(({ unique }) => unique !== 'no') ? 'fails' : 'stores an id twice';
  if (collision.after > 0n)
    return `${succeeding(surveyed, collision.after)}, then ${size === 1n ? 'one' : 'an insert'} ${fails}: ${collision.value} is taken.`;
  return behindBy === null
    ? `The next insert ${fails}: ${collision.value} is taken.`
    : behindBy === 1n
      ? `The next insert ${fails}: ${collision.value} is taken.`
      : size > 1n
        ? `The next ${behindBy} nextval calls return blocks of ${size} ids that contain taken ones: ${collision.value} is taken.`
        : `Up to ${behindBy} inserts fail from now on: ${collision.value} is taken. Each failed one uses up an id, so it will seem to heal; it does not.`;
}

function causeOf(
  sequence: SequenceReport,
  all: readonly SequenceReport[],
  /** The option that chooses its table for a guard; null where it cannot have one. */
  only: string | null,
): Pick<InsertOutlook, 'cause' | 'prevention'> {
  const withRows = all.filter(({ state }) => state === 'ok' || state === 'behind');
  const behind = withRows.filter(({ state }) => state === 'behind');
  const guard = only === null ? [] : [`pgseq guard install${only}   keeps it ahead of rows that bring their own ids`];
  const gate = 'pgseq check   in CI and before each deploy finds it before an insert fails';
  if (behind.length >= manyTables && behind.length === withRows.length)
    return {
      cause: `All ${behind.length} sequences whose tables have rows are out of sync: the data was most likely copied without them (logical replication, or a data-only restore).`,
      prevention: ['pgseq fix   at the end of every switch-over or load (or pgseq restore, pgseq run -- …)', gate],
    };
  if (sequence.isCalled === false && sequence.lastValue === sequence.start)
    return {
      cause: 'Rows were restored or imported with their ids, and the sequence was not; or it was restarted.',
      prevention: ['pgseq restore, pgseq import, pgseq run -- …   load and leave every sequence in sync', gate],
    };
  if (behind.length >= manyTables)
    return {
      cause: `${behind.length} of ${withRows.length} sequences whose tables have rows are behind, which is typical after importing several tables, or a switch-over.`,
      prevention: ['pgseq import, pgseq run -- …   load and leave every sequence in sync', gate],
    };
  return {
    cause:
      'Rows were stored with ids that did not come from the sequence (a seed, a script, a sync, an import, by hand), or it was set back.',
    prevention: [
      ...guard,
      'pgseq import, pgseq run -- …, inStepAfter() of the library   around code that loads rows',
      gate,
    ],
  };
}
