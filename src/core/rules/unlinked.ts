import type { Rule } from '../model/finding.ts';
import { suggestedLink } from '../model/links.ts';
import { messageOf } from '../model/message.ts';

export const unlinked: Rule = {
  name: 'unlinked',
  level: 'info',
  summary: 'the catalogs know no column that the sequence feeds',
  find({ sequence, measurement, judgement, suggestion }) {
    if (judgement.state !== 'unlinked') return null;
    const message = messageOf(sequence, measurement, judgement);
    if (sequence.idleOwner !== null)
      return {
        message,
        help: 'Its position says nothing about that column, so it is neither compared nor moved.',
      };
    return {
      message: `${message}${suggestion === null ? '' : `; its name speaks of ${suggestion}`}`,
      help:
        suggestion === null
          ? `If an application, a trigger or a function draws from it, say for which column: --link '${sequence.name}=schema.table.column'.`
          : `If an application draws ids of that column from it, say so: --link '${suggestedLink(sequence, suggestion)}'.`,
    };
  },
};
