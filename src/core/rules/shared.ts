import type { Rule } from '../model/finding.ts';

export const shared: Rule = {
  name: 'shared',
  level: 'info',
  summary: 'several columns share one sequence',
  find({ sequence }) {
    const columns = sequence.columns.filter(({ link }) => link !== 'inherited');
    if (columns.length < 2) return null;
    return {
      message: `${sequence.name} feeds ${columns.length} columns: ${columns.map(({ name }) => name).join(', ')}`,
      help: 'pgseq takes all of them into account. Setting it to the maximum of one of them would hand out ids of the others again.',
    };
  },
};
