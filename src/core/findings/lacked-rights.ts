import { cautionedLines } from '../model/caution.ts';
import { grantsFor } from '../model/grants.ts';
import type { Looking } from './unfed-keys.ts';
import type { LookOptions } from '../model/options.ts';
import { NothingMatches, scope } from '../survey/scope.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';

/**
 * What the role lacks to bring in step what is there already, as far as a run chooses it: the GRANT statements, all at once, in lines.
 * Empty where it lacks nothing; what is to come, nobody knows.
 */
export function lackedRights({ all, server }: Pick<Looking, 'all' | 'server'>, options: LookOptions): string[] {
  const chosen = chosenOf(all, options, server.searchPath);
  const grants = grantsFor(server.role, 'move', chosen, all);
  const fed = chosen.flatMap(({ columns }) => columns.filter(({ incomparable }) => incomparable === null));
  const lines = [
    ...chosen.flatMap((sequence) => grants.ofSequence(sequence)),
    ...fed.filter(({ unreadable }) => unreadable === 'permission').flatMap((column) => grants.ofColumn(column)),
  ];
  return cautionedLines([...new Set(lines)]);
}

/** A pattern that matches nothing yet may match what is loaded. */
function chosenOf(
  all: readonly SurveyedSequence[],
  options: LookOptions,
  searchPath: readonly string[],
): readonly SurveyedSequence[] {
  try {
    return scope(all, options, searchPath).sequences;
  } catch (error) {
    if (error instanceof NothingMatches) return [];
    throw error;
  }
}
