import { cautionedLines } from '../model/caution.ts';
import { grantsFor } from '../model/grants.ts';
import type { InspectionContext } from './unfed-keys.ts';
import type { SequenceFilters, InspectOptions } from '../model/options.ts';
import { NothingMatches, scope, withoutPattern } from '../survey/scope.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';

/**
 * What the role lacks to bring in step what is there already, as far as a run chooses it: the GRANT statements, all at once, in lines.
 * Empty where it lacks nothing; what is to come, nobody knows.
 */
export function lackedRights(
  { all, server }: Pick<InspectionContext, 'all' | 'server'>,
  options: InspectOptions,
): string[] {
  const chosen = chosenOf(all, options, server.searchPath);
  const grants = grantsFor(server.role, 'move', chosen, all);
  const fed = chosen.flatMap(({ columns }) => columns.filter(({ incomparable }) => incomparable === null));
  const lines = [
    ...chosen.flatMap((sequence) => grants.ofSequence(sequence)),
    ...fed.filter(({ unreadable }) => unreadable === 'permission').flatMap((column) => grants.ofColumn(column)),
  ];
  return cautionedLines([...new Set(lines)]);
}

/** A pattern that matches nothing yet may match what is loaded; the others choose of what is there. */
function chosenOf(
  all: readonly SurveyedSequence[],
  filters: SequenceFilters,
  searchPath: readonly string[],
): readonly SurveyedSequence[] {
  try {
    return scope(all, filters, searchPath).sequences;
  } catch (error) {
    if (!(error instanceof NothingMatches)) throw error;
    const rest = withoutPattern(filters, error);
    return rest === null ? [] : chosenOf(all, rest, searchPath);
  }
}
