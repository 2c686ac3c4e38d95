import type { QueryOptions } from '../../pg/query/queries.ts';
import { printable } from '../../text/printable.ts';
import { sessionSettings } from '../../pg/query/session-settings.ts';
import { durable, lockStatements, logged, stepStatementCount, stepStatements } from './statements.ts';
import type { Move } from './move.ts';

/**
 * The moves as a script for psql: the very statements that a run would send, but for its proof that a name still means what
 * it meant a moment ago. The empty text when there is nothing to move.
 * Sequences that the role may not move are left out.
 */
export function moveScript(
  moves: readonly Move[],
  options: { readonly queryOptions: QueryOptions; readonly lockTimeout: number },
): string {
  return moves.flatMap((move) => (move.method === null ? [] : [oneMove(move, options)])).join('\n');
}

/** The most transactions that a script repeats for one sequence: a thousand million steps. A text has its limits too. */
const mostTimes = 1000n;

function oneMove(
  { sequence, target, method, steps }: Move,
  { queryOptions, lockTimeout }: { queryOptions: QueryOptions; lockTimeout: number },
): string {
  const title = printable(`-- ${sequence.name}: the next value becomes ${target}`);
  const transaction = (statements: readonly string[], statementTimeout: number): string =>
    [
      'begin isolation level read committed read write',
      ...sessionSettings({ ...queryOptions, lockTimeout, statementTimeout }),
      ...statements,
      'commit',
    ]
      .map((statement) => `${statement};\n`)
      .join('');
  if (method === 'lock')
    return `${title}\n-- inserts that use it wait until this is committed, and up to ${lockTimeout} ms more for the lock\n${transaction(['set local idle_in_transaction_session_timeout = 2000', durable, ...lockStatements(sequence, target)], 1000)}`;
  const once = transaction([durable, ...stepStatements(sequence, target), logged], queryOptions.statementTimeout);
  const times = stepStatementCount(steps);
  if (times <= mostTimes) return `${title}\n${once.repeat(Number(times))}`;
  return `${title}\n${once.repeat(Number(mostTimes))}-- and so on, ${times} times in all: run these, then print the rest with --dry-run; or use --method lock\n`;
}
