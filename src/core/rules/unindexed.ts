import type { Rule } from '../model/finding.ts';

export const unindexed: Rule = {
  name: 'unindexed',
  level: 'info',
  summary: 'the furthest id can only be found by reading the whole table',
  find({ sequence }) {
    const columns = sequence.columns.filter(
      ({ indexed, incomparable, kind }) => !indexed && incomparable === null && kind !== 'foreign',
    );
    if (columns.length === 0) return null;
    return {
      message: `${columns.map(({ name }) => name).join(', ')}: no index that begins with it`,
      help: 'Finding its furthest value reads the whole table, and nothing refuses an id that is stored twice.',
    };
  },
};
