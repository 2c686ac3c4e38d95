import type { Rule } from '../finding.ts';

export const unlinked: Rule = {
  name: 'unlinked',
  level: 'info',
  summary: 'the catalogs know no column that the sequence feeds',
  find({ sequence, judgement: { state }, suggestion }) {
    if (state !== 'unlinked') return null;
    if (sequence.idleOwner !== null)
      return {
        message: `${sequence.name} is owned by ${sequence.idleOwner}, which takes its values from elsewhere`,
        help: 'Its position says nothing about that column, so it is neither compared nor moved.',
      };
    return {
      message: `${sequence.name} feeds no column that the catalogs know${suggestion === null ? '' : `; its name speaks of ${suggestion}`}`,
      help:
        suggestion === null
          ? `If an application, a trigger or a function draws from it, say for which column: --link '${sequence.name}=schema.table.column'.`
          : `If an application draws ids of that column from it, say so: --link '${sequence.name}=${suggestion}'.`,
    };
  },
};
