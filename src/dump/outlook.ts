import { nextValue, upward, within } from '../core/model/sequence.ts';
import type { DumpedSequence } from './contents.ts';

/** What becomes of a sequence when a script is run into an empty database. */
export interface DumpOutlook {
  readonly sequence: DumpedSequence;
  /** What it will hand out next; null where the script does not say where it stands. */
  readonly next: bigint | null;
  readonly furthest: bigint | null;
  /**
   * `behind`: it will hand out a taken id. `missing`: the script names it in a default and does not make it. `unlinked`: the script does
   * not say what it feeds. `empty`: no row comes into what it feeds.
   */
  readonly state: 'ok' | 'empty' | 'behind' | 'missing' | 'unlinked';
}

/** Judges a sequence of a script. Pure. A script of data alone makes no sequences: those that it sets are taken to count by one. */
export function outlook(sequence: DumpedSequence): DumpOutlook {
  const { definition, set, furthest } = sequence;
  const assumed = definition ?? {
    dataType: 'bigint',
    start: 1n,
    increment: 1n,
    min: 1n,
    max: 2n ** 63n - 1n,
    cache: 1n,
    cycle: false,
  };
  const { up, back, step, range } = upward(assumed, []);
  const reached = furthest.map(up);
  const most = reached.length === 0 ? null : back(reached.reduce((a, b) => (a > b ? a : b)));
  if (definition === null && set === null) return { sequence, next: null, furthest: most, state: 'missing' };
  const next = nextValue(
    assumed,
    set === null ? { lastValue: assumed.start, isCalled: false } : { lastValue: set.value, isCalled: set.isCalled },
  );
  const isTaken = (value: bigint): boolean =>
    next !== null && value >= up(next) && (value - up(next)) % step === 0n && within(range, value);
  const state =
    sequence.feeds.length === 0 ? 'unlinked' : reached.some(isTaken) ? 'behind' : most === null ? 'empty' : 'ok';
  return { sequence, next, furthest: most, state };
}
