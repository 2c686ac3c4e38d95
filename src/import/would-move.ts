import { furthestOf } from '../pg/query/matching-sql.ts';
import { rangesOf, type SurveyedSequence } from '../core/model/surveyed.ts';
import type { FixedSequence, FixReport } from '../core/model/report.ts';
import { firstBeyond, upward } from '../core/model/sequence.ts';
import type { TableLoad } from './plan.ts';
import type { Destination } from './copy.ts';
import { isLoaded, type LoadedSequences } from './sequences.ts';
import type { TargetTable } from './target-table.ts';
import type { Trial } from './trial.ts';

/**
 * Where sequences would go for the rows in the copies of a dry run, and for what the sources say of themselves. `report` is what
 * `fix` would do without them. Draws nothing.
 */
export async function wouldMove(
  trial: Trial,
  report: FixReport,
  { sequences, floors }: LoadedSequences,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
): Promise<FixReport> {
  const moves = new Map<string, bigint>();
  for (const sequence of sequences) {
    const now = report.sequences.find(({ name }) => name === sequence.name);
    if (now === undefined || now.next === null || sequence.cycle) continue;
    const { up, back, step, range } = upward(sequence, rangesOf(sequence));
    const floor = floors.get(sequence.name);
    const beyond = [
      ...(now.action === 'would-move' && now.target !== null ? [up(now.target) - 1n] : []),
      ...(floor === undefined ? [] : [up(floor) - 1n]),
      ...(await furthestLoaded(trial, sequence, now.next, loads, copies)).map(up),
    ].filter((value) => value >= up(now.next as bigint));
    if (beyond.length === 0) continue;
    const goal = firstBeyond(
      up(now.next),
      step,
      beyond.reduce((a, b) => (a > b ? a : b)),
      range,
    );
    if (goal !== null) moves.set(sequence.name, back(goal));
  }
  return { ...report, script: null, sequences: report.sequences.map((now) => moved(now, moves.get(now.name))) };
}

/** For each column that was loaded, the furthest value that the sequence would run into. */
async function furthestLoaded(
  trial: Trial,
  sequence: SurveyedSequence,
  next: bigint,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
): Promise<bigint[]> {
  const { min, max, increment } = sequence;
  const found: bigint[] = [];
  for (const [table, copy] of copies)
    for (const fed of sequence.columns) {
      const isComparable =
        fed.incomparable === null && loads.some((load) => load.target === table && isLoaded(fed, load));
      if (!isComparable) continue;
      const text = await trial.ask([], furthestOf(copy.relation, fed.column, { next, min, max, increment }));
      if (text !== null) found.push(BigInt(text));
    }
  return found;
}

function moved(now: FixedSequence, goal: bigint | undefined): FixedSequence {
  if (goal === undefined) return now.action === 'would-move' ? { ...now, action: 'unchanged', before: null } : now;
  const { lastValue, isCalled, next, increment } = now;
  return {
    ...now,
    action: 'would-move',
    before: lastValue === null || isCalled === null ? null : { lastValue, isCalled, next },
    after: { lastValue: goal - increment, isCalled: true, next: goal },
    target: goal,
    method: null,
  };
}
