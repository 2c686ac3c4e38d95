import type { Rule } from '../model/finding.ts';

export const cycles: Rule = {
  name: 'cycles',
  level: 'info',
  summary: 'the sequence starts over when it reaches its end',
  find({ sequence }) {
    if (!sequence.cycle) return null;
    const isCompared = sequence.columns.some(({ incomparable }) => incomparable !== 'cycles');
    return {
      message: `${sequence.name} cycles from ${sequence.min} to ${sequence.max}`,
      help: isCompared
        ? 'When it starts over, it hands out ids that are still stored.'
        : 'It reuses values by design, so it is not compared with the stored ids.',
    };
  },
};
