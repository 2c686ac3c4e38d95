import { Problem } from '../../problem.ts';
import type { FixOptions } from '../model/options.ts';
import type { Assessment } from '../model/assessed.ts';
import { rangesOf } from '../model/surveyed.ts';
import { methodFor } from './statements.ts';
import type { Move } from './move.ts';
import { firstBeyond, upward } from '../model/sequence.ts';

/** The moves to make, by the sequence's oid. Pure. Throws a Problem where a move by hand (`to`) cannot be made. */
export function planMoves(
  looked: readonly Assessment[],
  options: Pick<FixOptions, 'method' | 'to' | 'floors'>,
): Map<string, Move> {
  const wanted = options.method ?? 'auto';
  const targets =
    options.to === undefined
      ? looked.map((one) => targetOf(one, options.floors?.get(one.sequence.name)))
      : [byHand(looked, options.to)];
  return new Map(
    targets.flatMap((found) => {
      if (found === null) return [];
      const { one, target } = found;
      const { up, step } = upward(one.sequence, []);
      const steps = (up(target) - up(one.judgement.next ?? target)) / step;
      const method = methodFor(one.sequence, steps, wanted);
      return [[one.sequence.oid, { sequence: one.sequence, target, steps, method, wanted }] as const];
    }),
  );
}

interface PlannedTarget {
  readonly one: Assessment;
  readonly target: bigint;
}

function targetOf(one: Assessment, floor: bigint | undefined): PlannedTarget | null {
  const wanted = one.outliers === null ? one.judgement.target : null;
  const raised = floor === undefined ? null : raisedTo(floor, one);
  const { up } = upward(one.sequence, []);
  const target = raised !== null && (wanted === null || up(raised) > up(wanted)) ? raised : wanted;
  return target === null ? null : { one, target };
}

/** The first value of the sequence's progression at or beyond the floor; null where it is there, or cannot get there. A cycle has no beyond. */
function raisedTo(floor: bigint, { sequence, judgement }: Assessment): bigint | null {
  if (judgement.next === null || sequence.cycle) return null;
  const { up, back, step, range } = upward(sequence, rangesOf(sequence));
  if (up(judgement.next) >= up(floor)) return null;
  const target = firstBeyond(up(judgement.next), step, up(floor) - 1n, range);
  return target === null ? null : back(target);
}

function byHand(looked: readonly Assessment[], to: bigint): PlannedTarget | null {
  const [one] = looked;
  if (one === undefined || looked.length > 1)
    throw new Problem(`--to ${to}: moves exactly one sequence, and ${looked.length} are in scope`, {
      hint: 'name it: --sequence schema.name --to N',
    });
  const { sequence, judgement } = one;
  if (judgement.next === null)
    throw new Problem(
      `--to ${to}: ${sequence.name} cannot be moved, because it has no known next value: ${judgement.state}`,
    );
  const { up, back, step, range } = upward(sequence, rangesOf(sequence));
  const [next, wanted] = [up(judgement.next), up(to)];
  if (wanted <= next) return null; // it is there, or beyond: never backward
  const target = firstBeyond(next, step, wanted - 1n, range);
  if (target === null)
    throw new Problem(
      `--to ${to}: ${sequence.name} cannot reach that: its values, and those of its columns, go from ${back(range.from)} to ${back(range.to)}`,
    );
  return { one, target: back(target) };
}
