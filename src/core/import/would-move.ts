import { quoteIdentifier } from '../../pg/identifier.ts';
import type { Target } from '../../pg/target.ts';
import type { FixReport } from '../fix.ts';
import { rangesOf, type SurveyedSequence } from '../model.ts';
import type { FixedSequence } from '../report.ts';
import { firstBeyond, upward } from '../sequence.ts';
import type { TableLoad } from './plan.ts';
import type { Destination } from './put.ts';
import { isLoaded, type LoadedSequences } from './sequences.ts';
import type { TargetTable } from './target-table.ts';

/**
 * Where sequences would go for the rows in the copies of a dry run, and for what the sources say of themselves. `report` is what
 * `fix` would do without them. Draws nothing.
 */
export async function wouldMove(
  target: Target,
  report: FixReport,
  { sequences, floors }: LoadedSequences,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
  signal: AbortSignal | undefined,
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
      ...(await furthestLoaded(target, sequence, now.next, loads, copies, signal)).map(up),
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
  target: Target,
  sequence: SurveyedSequence,
  next: bigint,
  loads: readonly TableLoad[],
  copies: ReadonlyMap<TargetTable, Destination>,
  signal: AbortSignal | undefined,
): Promise<bigint[]> {
  const { increment } = sequence;
  const isUp = increment > 0n;
  const found: bigint[] = [];
  for (const [table, copy] of copies)
    for (const fed of sequence.columns) {
      const isComparable =
        fed.incomparable === null && loads.some((load) => load.target === table && isLoaded(fed, load));
      if (!isComparable) continue;
      const { rows } = await target.query(
        [
          `select ${isUp ? 'max' : 'min'}(v)::pg_catalog.int8::pg_catalog.text from (select ${quoteIdentifier(fed.column)}::pg_catalog.numeric as v from ${copy.relation}) c ` +
            `where v ${isUp ? '>=' : '<='} ${next} and v between ${sequence.min} and ${sequence.max} and (v - (${next})) % (${increment}) = 0`,
        ],
        signal,
      );
      const text = rows[0]?.[0] ?? null;
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
