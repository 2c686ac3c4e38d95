import { counted } from '../../pg/counted.ts';
import { shellPattern } from '../../pg/shell.ts';
import type { SequenceReport } from '../report.ts';

/** What to expect of a sequence that is behind or used up, and what to do. */
export interface Outlook {
  /** How many inserts fail, or succeed before one does. */
  readonly inserts: string;
  /** What has probably brought it about. */
  readonly cause: string;
  /** What cures it now: a command. */
  readonly cure: string;
  /** What keeps it from coming back: commands and why. */
  readonly prevention: readonly string[];
}

/** So many tables at once are no accident of one. */
const manyTables = 3;

/** Looks at one sequence among all of the database: how many are behind, and how far, tells why. Pure. */
export function outlookOf(sequence: SequenceReport, all: readonly SequenceReport[]): Outlook {
  const table = sequence.columns[0];
  const only = table === undefined ? '' : ` -t ${shellPattern(table.schema, table.table)}`;
  if (sequence.state === 'exhausted')
    return {
      inserts: 'Every insert that draws from it fails.',
      cause:
        'It has counted to the end of the sequence, or of the type of its column, or a setval has brought it there.',
      cure: `pgseq check${only}`,
      prevention: ['pgseq check warns at 80% of the values (near-limit): let it run in CI or by cron.'],
    };
  return {
    inserts: insertsOf(sequence),
    ...causeOf(sequence, all, only),
    cure: `pgseq fix --sequence ${shellPattern(sequence.schema, sequence.sequence)}`,
  };
}

function insertsOf({ collision, behindBy, columns }: SequenceReport): string {
  if (collision === null) return '';
  const fails = columns.some(({ unique }) => unique !== 'no') ? 'fails' : 'stores an id twice';
  if (collision.after > 0n)
    return `${counted(collision.after, 'more insert succeeds', 'more inserts succeed')}, then one ${fails}: ${collision.value} is taken.`;
  return behindBy === null
    ? `The next insert ${fails}: ${collision.value} is taken.`
    : `The next insert ${fails}: ${collision.value} is taken. Up to ${behindBy} do; each draws one value, so the error seems to go away by itself.`;
}

function causeOf(
  sequence: SequenceReport,
  all: readonly SequenceReport[],
  only: string,
): Pick<Outlook, 'cause' | 'prevention'> {
  const withRows = all.filter(({ state }) => state === 'ok' || state === 'behind');
  const behind = withRows.filter(({ state }) => state === 'behind');
  const guard = `pgseq guard install${only}   keeps it ahead of rows with ids of their own, whoever inserts`;
  const gate = 'pgseq check   in CI and before each deploy says it before an insert does';
  if (behind.length >= manyTables && behind.length === withRows.length)
    return {
      cause: `All ${behind.length} sequences whose tables have rows are behind, as logical replication (which carries none) leaves them before a switch-over, and a restore or an import of the data alone.`,
      prevention: [
        'pgseq fix   belongs to the switch-over, and to the end of each load (pgseq restore, pgseq run -- …)',
        gate,
      ],
    };
  if (sequence.isCalled === false && sequence.lastValue === sequence.start)
    return {
      cause: 'It stands at its start: a restore or an import of the rows alone leaves it there, and so does a restart.',
      prevention: ['pgseq restore, pgseq import, pgseq run -- …   load and leave every sequence in step', gate],
    };
  if (behind.length >= manyTables)
    return {
      cause: `${behind.length} of ${withRows.length} sequences whose tables have rows are behind, as after an import of several tables, or a switch-over.`,
      prevention: ['pgseq import, pgseq run -- …   load and leave every sequence in step', gate],
    };
  return {
    cause:
      'Rows were stored with ids that did not come from it (a seed, a script, a sync, an import, by hand), or it was set back.',
    prevention: [guard, 'pgseq import, pgseq run -- …, inStepAfter() of the library   around what loads rows', gate],
  };
}
