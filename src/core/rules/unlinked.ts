import type { Rule } from '../finding.ts';
import { suggestedLink } from '../links.ts';
import { messageOf } from '../message.ts';

export const unlinked: Rule = {
  name: 'unlinked',
  level: 'info',
  summary: 'the catalogs show no column that the sequence feeds',
  find({ sequence, measurement, judgement, suggestion }) {
    if (judgement.state !== 'unlinked') return null;
    const message = messageOf(sequence, measurement, judgement);
    if (sequence.idleOwner !== null)
      return {
        message,
        help: 'Its value says nothing about that column, so it is neither compared nor moved.',
      };
    return {
      message: `${message}${suggestion === null ? '' : `; by its name, it may feed ${suggestion}`}`,
      help:
        suggestion === null
          ? `If an application, a trigger or a function uses it, name the column: --link '${sequence.name}=schema.table.column'.`
          : `If an application takes the ids of that column from it, add: --link '${suggestedLink(sequence, suggestion)}'.`,
    };
  },
};
