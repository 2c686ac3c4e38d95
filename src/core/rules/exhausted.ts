import type { Rule } from '../finding.ts';
import { messageOf } from '../message.ts';
import { restartOf } from '../restart.ts';
import { setBack, widen } from './advice.ts';

export const exhausted: Rule = {
  name: 'exhausted',
  level: 'error',
  summary: 'the sequence has no value left to hand out',
  find({ sequence, measurement, judgement }) {
    if (judgement.state !== 'exhausted') return null;
    const restart = restartOf(sequence, measurement, judgement);
    const fails =
      sequence.columns.length > 0
        ? 'Every insert that draws from it fails.'
        : 'Whoever draws from it fails; the catalogs know no column that it feeds.';
    return {
      message: messageOf(sequence, measurement, judgement),
      ...(restart === null ? { help: fails, ...widen(sequence) } : setBack(sequence, restart, fails)),
    };
  },
};
