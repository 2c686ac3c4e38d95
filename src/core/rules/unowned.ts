import { quoteIdentifier, quoteRelation } from '../../pg/identifier.ts';
import type { Rule } from '../model/finding.ts';
import { quoted } from './advice.ts';

export const unowned: Rule = {
  name: 'unowned',
  level: 'info',
  summary: 'a default uses a sequence that no column owns',
  find({ sequence }) {
    const column = sequence.columns.find(({ link }) => link === 'default');
    if (column === undefined || sequence.columns.some(({ link }) => link === 'identity' || link === 'owned'))
      return null;
    const canOwn = sequence.columns.length === 1 && column.schema === sequence.schema && column.kind !== 'view';
    return {
      message: `${sequence.name} feeds ${column.name}, but no column owns it`,
      help: 'pg_dump -t of the table omits it, TRUNCATE … RESTART IDENTITY does not restart it, and tools that use pg_get_serial_sequence() do not find it.',
      ...(canOwn
        ? {
            fix: `alter sequence ${quoted(sequence)} owned by ${quoteRelation(column.schema, column.table)}.${quoteIdentifier(column.column)};`,
          }
        : {}),
    };
  },
};
