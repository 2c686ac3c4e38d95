import { counted } from '../../text/counted.ts';
import type { Rule } from '../model/finding.ts';
import { rangesOf } from '../model/surveyed.ts';
import { reachOf, restartOf } from '../model/restart.ts';
import { upward } from '../model/sequence.ts';
import { setBack, widen } from './advice.ts';

export const nearLimit: Rule = {
  name: 'near-limit',
  level: 'warning',
  summary: 'the sequence, or its column, has used most of its values',
  find({ sequence, measurement, judgement, outliers, nearLimit }) {
    const { state, used, remaining } = judgement;
    if (used === null || used < nearLimit || state === 'exhausted' || outliers !== null) return null;
    // One that cycles has no end, unless its column ends earlier
    const end = (ranges: Parameters<typeof upward>[1]): bigint => upward(sequence, ranges).range.to;
    if (sequence.cycle && end(rangesOf(sequence)) === end([])) return null;
    const restart = restartOf(sequence, measurement, judgement);
    const left = counted(remaining ?? 0n, 'is left', 'are left');
    const fails = 'When none is left, every insert that uses it fails.';
    return {
      message: `${sequence.name} has used ${percent(used)} of its values: ${left}${restart === null ? '' : `, ${reachOf(restart)}`}`,
      ...(restart === null
        ? { help: `${fails} Widening a column rewrites its table: plan for it now.`, ...widen(sequence) }
        : setBack(sequence, restart, fails)),
    };
  },
};

/** Never all of it as long as a value is left. */
function percent(used: number): string {
  return `${Math.min(Math.floor(used * 1000) / 10, 99.9).toFixed(1)} %`;
}
