import { between } from '../../pg/query/measurement-sql.ts';
import type { Judgement } from '../model/judge.ts';
import { middle } from '../model/lone.ts';
import type { Judged } from '../model/assessed.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import { rangesOf } from '../model/surveyed.ts';
import { readBatches, splitReads, type ReadOptions } from './batches.ts';
import { callsLeft, exactInteger, type Range, upward } from '../model/sequence.ts';

/** At most this many lone ids in the last half of a long jump do not decide where a sequence goes. */
const fewest = 10;

/**
 * The last half of the jump from next to target (as stored values, nearest end first) when the jump is a long one: more
 * than `maxJump` percent of the calls that remain, or across 2^53. Null for every other. 100 percent allows any jump.
 */
function longJump(
  sequence: SurveyedSequence,
  { state, next, target, behindBy }: Judgement,
  maxJump: number,
): Range | null {
  if (state !== 'behind' || next === null || target === null || behindBy === null) return null;
  if (!isLongJump(sequence, next, target, maxJump)) return null;
  const { up } = upward(sequence, []);
  return { from: middle(up(next), up(target)), to: up(target) - 1n };
}

/** Whether it is so far from one next value to another that a few lone ids may be all that asks for it: see `longJump`. Pure. */
export function isLongJump(sequence: SurveyedSequence, next: bigint, target: bigint, maxJump: number): boolean {
  if (maxJump >= 100) return false;
  const { up, range, step } = upward(sequence, rangesOf(sequence));
  const calls = (up(target) - up(next)) / step;
  const crosses = up(next) < exactInteger && up(target) >= exactInteger;
  return crosses || Number(calls) * 100 > maxJump * Number(callsLeft(up(next), range.to, step));
}

/**
 * The lone ids at the end of each long jump, by the sequence's oid. Not in the map: the jump is short, or the values there
 * are too many to be accidents: they are the table's real end. An empty list: they could not be counted. To be judged without a
 * margin: that is room which somebody asked for, and no id at all lies in it.
 */
export async function outliers(
  judged: readonly Judged[],
  maxJump: number,
  reading: ReadOptions,
): Promise<Map<string, bigint[]>> {
  const jumps = new Map(
    judged.flatMap(({ sequence, judgement }) => {
      const half = longJump(sequence, judgement, maxJump);
      return half === null ? [] : [[sequence, { half, next: judgement.next as bigint }] as const];
    }),
  );
  const pieces = (await splitReads([...jumps.keys()], reading)).flatMap((piece) =>
    piece.columns.map((column) => ({ ...piece, columns: [column] })),
  );
  const answers = await readBatches(
    pieces,
    ({ sequence, columns: [column] }) => {
      const jump = jumps.get(sequence);
      if (jump === undefined || column === undefined) throw new Error('a piece without its jump');
      const { back, step } = upward(sequence, []);
      const block = column.fed.block ?? { from: 1n - step, to: 0n };
      // The ids that the values in the last half stand for: a block may begin before its value
      const [a, b] = [back(jump.half.from + block.from), back(jump.half.to + block.from)];
      const isSingle = block.from === 0n && block.to === 0n;
      return between(
        column.source,
        { from: a < b ? a : b, to: a < b ? b : a },
        { next: jump.next, step: isSingle ? step : 1n },
        fewest + 1,
      );
    },
    reading,
  );
  const found = new Map([...jumps.keys()].map((sequence) => [sequence.oid, [] as bigint[]]));
  for (const { piece, fields } of answers)
    found.get(piece.sequence.oid)?.push(...(fields[1]?.split(',') ?? []).map((value) => BigInt(value)));
  return new Map([...found].filter(([, values]) => values.length <= fewest));
}
