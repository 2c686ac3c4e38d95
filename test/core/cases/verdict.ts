import type { Judgement } from '../../../src/core/model/judge.ts';
import { integer, type Row } from './read.ts';

/** The cells of the tables in judge.ts. */
export type Name =
  | 'sequence'
  | 'at'
  | 'stored'
  | 'state'
  | 'next'
  | 'furthest'
  | 'taken'
  | 'after'
  | 'target'
  | 'by'
  | 'left';

/** What a judgement and a report both say. */
type Verdict = Pick<
  Judgement,
  'state' | 'reason' | 'next' | 'furthest' | 'collision' | 'target' | 'behindBy' | 'remaining'
>;

/** What a row expects. */
export function expected(row: Row<Name>): unknown {
  const [state, reason = null] = row.state.split(' ');
  return {
    state,
    reason,
    next: integer(row.next),
    furthest: integer(row.furthest),
    collision: row.taken === '-' ? null : { value: integer(row.taken), after: integer(row.after) },
    target: integer(row.target),
    behindBy: integer(row.by),
    remaining: integer(row.left),
  };
}

/** The same of what came. */
export function verdict(came: Verdict): Verdict {
  const { state, reason, next, furthest, collision, target, behindBy, remaining } = came;
  return { state, reason, next, furthest, collision, target, behindBy, remaining };
}
