import type { Rule } from '../model/finding.ts';
import { isReading } from '../model/surveyed.ts';

export const allocation: Rule = {
  name: 'allocation',
  level: 'warning',
  summary: 'whether ids collide depends on how clients allocate blocks',
  find({ sequence, measurement }) {
    const column = sequence.columns.find((_, i) => {
      const answer = measurement.columns[i] ?? null;
      return isReading(answer) && answer.undecided;
    });
    if (column === undefined) return null;
    return {
      message: `${sequence.name} counts in steps of ${sequence.increment} and clients take values from it: which ids of ${column.name} does one value stand for?`,
      help: `It is in sync if a value begins its block, and behind if it ends it. Choose with --link '${sequence.name}=${column.name}@below' (Hibernate pooled), @above (pooled-lo, Entity Framework HiLo) or @single.`,
    };
  },
};
