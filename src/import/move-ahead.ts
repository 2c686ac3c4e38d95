import type { FixOptions } from '../core/model/options.ts';
import type { ImportOptions } from './options.ts';
import { fixLoaded, type LoadedSequences } from './sequences.ts';
import type { FixReport } from '../core/model/report.ts';

/** What goes on beside a load. */
export interface MoveAhead {
  /** What was moved; nothing where that failed. */
  readonly moves: Promise<readonly FixReport[]>;
  /** Ends it where it still goes on, and returns what it has moved. */
  end(): Promise<readonly FixReport[]>;
}

/**
 * Moves sequences towards what the sources likely reach, by nextval, on a session of its own and while the rows are loaded: less is
 * left to do at the end. That it fails changes nothing. Not beside a TRUNCATE, for which reading the tables would have to wait.
 */
export function moveAhead(
  sequences: LoadedSequences,
  {
    another,
    dryRun,
    truncate,
    signal,
    isCallers,
  }: Pick<ImportOptions, 'another' | 'dryRun' | 'truncate' | 'signal'> & { readonly isCallers: boolean },
  fixing: FixOptions,
): MoveAhead {
  const over = new AbortController();
  const hinted = sequences.sequences.filter(({ name }) => sequences.hints.has(name));
  const isUseful = hinted.length > 0 && dryRun !== true && truncate !== true && !isCallers;
  const move = async (): Promise<readonly FixReport[]> => {
    if (another === undefined || !isUseful) return [];
    const ending = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
    const loaded = { ...sequences, sequences: hinted, floors: sequences.hints };
    return [await fixLoaded(await another(), loaded, { ...fixing, method: 'step', signal: ending })];
  };
  const moves = move().catch(() => []);
  return {
    moves,
    async end() {
      over.abort();
      return await moves;
    },
  };
}
