import type { Rule } from '../model/finding.ts';

export const shared: Rule = {
  name: 'shared',
  level: 'info',
  summary: 'several tables draw from one sequence',
  find({ sequence }) {
    const columns = sequence.columns.filter(({ link }) => link !== 'inherited');
    if (columns.length < 2) return null;
    return {
      message: `${sequence.name} feeds ${columns.length} columns: ${columns.map(({ name }) => name).join(', ')}`,
      help: 'It is judged, and moved, by all of them. Setting it from the maximum of one of them would hand out ids of the others again.',
    };
  },
};
