import type { Rule } from '../model/finding.ts';
import { suggestedLink } from '../model/links.ts';
import { messageOf } from '../model/message.ts';

export const unlinked: Rule = {
  name: 'unlinked',
  level: 'warning',
  summary: 'the catalogs show no column that the sequence feeds',
  find({ sequence, measurement, judgement, suggestion }) {
    if (judgement.state !== 'unlinked') return null;
    const message = messageOf(sequence, measurement, judgement);
    if (sequence.idleOwner !== null)
      return {
        message,
        help: 'Its value says nothing about that column, so it is neither compared nor moved.',
        level: 'info',
      };
    if (suggestion === null)
      return {
        message,
        help: `If an application, a trigger or a function uses it, name the column: --link '${sequence.name}=schema.table.column'.`,
        level: 'info',
      };
    const { column, reached } = suggestion;
    const named = `${message}; by its name, it may feed ${column}`;
    const link = `--link '${suggestedLink(sequence, column)}'`;
    return reached === null
      ? { message: named, help: `If an application takes the ids of that column from it, add: ${link}.`, level: 'info' }
      : {
          message: `${named}, which has no default and already reaches ${reached}; the sequence will hand out ${judgement.next}`,
          help: `If an application takes the ids of that column from it, its inserts fail. With this link, fix moves it: ${link}.`,
        };
  },
};
