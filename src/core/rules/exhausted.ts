import type { Rule } from '../model/finding.ts';
import { messageOf } from '../model/message.ts';
import { restartOf } from '../model/restart.ts';
import type { Judged } from '../model/assessed.ts';
import { rewrites, setBack, widen } from './advice.ts';

export const exhausted: Rule = {
  name: 'exhausted',
  level: 'error',
  summary: 'the sequence has no value left to hand out',
  find({ sequence, measurement, judgement }) {
    if (judgement.state !== 'exhausted') return null;
    return {
      message: messageOf(sequence, measurement, judgement),
      ...roomFor({ sequence, measurement, judgement }),
    };
  },
};

/** What a sequence without a value left comes to, and the SQL that gives it room, where there is any. */
export function roomFor({ sequence, measurement, judgement }: Judged): { help: string; fix?: string } {
  const restart = restartOf(sequence, measurement, judgement);
  const fails =
    sequence.columns.length > 0
      ? 'Every insert that uses it fails.'
      : 'Every nextval call on it fails; the catalogs show no column that it feeds.';
  if (restart !== null) return setBack(sequence, restart, fails);
  const wider = widen(sequence);
  const cost = wider.fix?.startsWith('alter table') === true ? ` ${rewrites}` : '';
  return { help: `${fails}${cost}`, ...wider };
}
