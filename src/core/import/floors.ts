import { rangesOf, type SurveyedSequence } from '../model.ts';
import { callsLeft, upward } from '../sequence.ts';
import type { Load } from './plan.ts';

/**
 * Where sequences are to stand before the first row comes: where the source's own counter stands, and beyond the ids that it says it has.
 * A lone giant id must not use up the range, and nobody knows yet whether it is one: so ids that would take more than half of what remains
 * wait until they are there. Pure. By the sequence's name; only those that have to move.
 */
export function floorsOf(
  loads: readonly Load[],
  feeding: readonly SurveyedSequence[],
  positions: ReadonlyMap<string, bigint>,
): Map<string, bigint> {
  const floors = new Map<string, bigint>();
  for (const sequence of feeding) {
    const next = positions.get(sequence.name);
    if (next === undefined || sequence.cycle) continue;
    const { up, back, step, range } = upward(sequence, rangesOf(sequence));
    const wanted = loads.flatMap(({ source, target, columns }) => {
      const fed = sequence.columns.find(({ relationOid }) => relationOid === target.oid || relationOid === target.root);
      const named = columns.find(({ column }) => column.name === fed?.column)?.source;
      if (named === undefined) return [];
      const half = callsLeft(up(next), range.to, step) / 2n;
      return [
        // Counters of other databases count upward
        ...source.counters.flatMap((one) => (one.column === named && sequence.increment > 0n ? [up(one.next)] : [])),
        ...source.furthest.flatMap(({ column, value }) =>
          column === named && (up(value) - up(next)) / step < half ? [up(value) + 1n] : [],
        ),
      ];
    });
    const most = wanted.reduce((a, b) => (a > b ? a : b), up(next));
    if (most > up(next)) floors.set(sequence.name, back(most));
  }
  return floors;
}
