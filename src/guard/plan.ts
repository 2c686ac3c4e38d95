import type { Inspection } from '../core/inspect.ts';
import type { FedColumn } from '../core/model/surveyed.ts';
import { matches, relationPattern, schemaPattern } from '../core/survey/patterns.ts';
import { isTableMeant } from '../core/survey/scope.ts';
import type { Guard, GuardedColumn } from '../core/model/guard.ts';
import { guardedColumns, hasUpdates, strayGuard } from '../core/survey/guard-state.ts';
import { disable, enable, type GuardSettings, mend, protect, remove } from './statements.ts';
import type { GuardOptions } from './options.ts';
import type { SequenceFilters } from '../core/model/options.ts';

/** What can be done to guards. */
export type GuardVerb = 'install' | 'upgrade' | 'enable' | 'disable' | 'remove';

/** A column, or a guard without one, and the statements that do to it what was asked for; none where there is nothing to do. */
export interface GuardWork {
  readonly column: GuardedColumn;
  readonly guard: Guard | null;
  /** What the statements come to: a guard that no column needs is removed by an upgrade. */
  readonly verb: GuardVerb;
  readonly statements: readonly string[];
  /** Tables that the statements lock, by oid. */
  readonly tables: readonly string[];
}

/** A column in scope with its guard, or a guard that no column needs any more. */
export interface GuardSubject {
  readonly column: GuardedColumn;
  readonly fed: FedColumn | null;
  readonly guard: Guard | null;
}

/** Every column in scope, and every guard in scope that is none of theirs. */
export function subjects(
  { all, scope, server }: Inspection,
  guards: readonly Guard[],
  filters: SequenceFilters,
): GuardSubject[] {
  const used = new Set(guardedColumns(all, guards).map(({ guard }) => guard));
  return [
    ...guardedColumns(scope.sequences, guards).map(({ column, fed, guard }) => ({ column, fed, guard: guard ?? null })),
    ...guards
      .filter((guard) => !used.has(guard) && isMeant(guard, filters, server.searchPath))
      .map((guard) => ({ column: strayGuard(guard), fed: null, guard })),
  ].toSorted((a, b) => (a.column.name < b.column.name ? -1 : a.column.name > b.column.name ? 1 : 0));
}

/** The filters that name tables of which nothing can be guarded, as they were given. A view counts as guarded with the table below it. */
export function unmet(
  all: readonly GuardSubject[],
  { schemas, tables, sequences }: SequenceFilters,
  searchPath: readonly string[],
): string[] {
  const guardable = new Set(all.flatMap(({ column }) => (column.state === 'unguardable' ? [] : [column.sequence])));
  const isHopeless = ({ column, fed }: GuardSubject): boolean =>
    column.state === 'unguardable' && !(fed?.kind === 'view' && guardable.has(column.sequence));
  const isEach = (found: readonly GuardSubject[]): boolean => found.length > 0 && found.every(isHopeless);
  const inSchema = (text: string): GuardSubject[] =>
    all.filter(({ column }) => schemaPattern(text).name.test(column.schema));
  const ofTable = (text: string): GuardSubject[] => {
    const pattern = relationPattern(text);
    return all.filter(({ column: { schema, table: name } }) =>
      matches(pattern, { schema, name, visible: searchPath.includes(schema) }),
    );
  };
  const given = (
    option: string,
    texts: readonly string[] | undefined,
    found: (text: string) => readonly GuardSubject[],
  ): string[] => (texts ?? []).filter((text) => isEach(found(text))).map((text) => `${option} ${text}`);
  const named = [...given('-n', schemas, inSchema), ...given('-t', tables, ofTable)];
  // A sequence is named by itself: all that is left in scope is what it feeds
  return named.length === 0 && (sequences ?? []).length > 0 && isEach(all)
    ? (sequences ?? []).map((text) => `--sequence ${text}`)
    : named;
}

/** Whether the filters mean a guard whose table no sequence may feed. */
function isMeant({ places: [place] }: Guard, filters: SequenceFilters, searchPath: readonly string[]): boolean {
  const { schemas = [], tables = [], sequences = [] } = filters;
  if (place === undefined) return [schemas, tables, sequences].every((patterns) => patterns.length === 0);
  return sequences.length === 0 && isTableMeant({ schema: place.schema, name: place.relation }, filters, searchPath);
}

/** What there is to do for each. */
export function planGuards(verb: GuardVerb, all: readonly GuardSubject[], options: GuardOptions): GuardWork[] {
  const given = { maxJump: options.maxJump, updates: options.updates };
  const strays = new Map(
    all.flatMap(({ fed, guard }) => {
      const table = guard?.places[0]?.relationOid;
      return fed === null && guard !== null && table !== undefined ? [[table, guard] as const] : [];
    }),
  );
  return all.map((subject) => {
    const statements = statementsFor(verb, subject, strays, given);
    const tables = [
      ...(subject.fed === null ? [] : [subject.fed.relationOid]),
      ...(subject.guard?.places.map(({ relationOid }) => relationOid) ?? []),
    ];
    const does = verb === 'upgrade' && subject.fed === null ? 'remove' : verb;
    return { column: subject.column, guard: subject.guard, verb: does, statements, tables: [...new Set(tables)] };
  });
}

function statementsFor(
  verb: GuardVerb,
  subject: GuardSubject,
  strays: ReadonlyMap<string, Guard>,
  given: GuardSettings,
): string[] {
  const { guard, fed, column } = subject;
  switch (verb) {
    case 'install':
      if (fed === null) return [];
      return column.state === 'unguardable' || isAsAsked(subject, given) ? [] : mend(fed, guard, given);
    case 'upgrade': {
      if (guard !== null)
        return fed === null
          ? guard.places.length === 0
            ? []
            : remove(guard)
          : isAsAsked(subject, {})
            ? []
            : mend(fed, guard, {});
      // Its column was renamed: what was given to the guard that strays now
      const former = fed === null ? undefined : strays.get(fed.relationOid);
      if (fed === null || former === undefined || column.state !== 'unguarded') return [];
      return protect(fed, { maxJump: former.maxJump, ...(hasUpdates(former) ? { updates: true } : {}) });
    }
    case 'enable':
      return guard === null ? [] : enable(guard);
    case 'disable':
      return guard === null ? [] : disable(guard);
    case 'remove':
      return guard === null || guard.places.length === 0 ? [] : remove(guard);
  }
}

/** Whether a guard needs no mending, and is what was asked for. One that is disabled was disabled by somebody. */
function isAsAsked({ column, guard }: GuardSubject, { maxJump, updates }: GuardSettings): boolean {
  if (guard === null || (column.state !== 'guarded' && column.state !== 'disabled')) return false;
  return (
    (maxJump === undefined || maxJump === guard.maxJump) && (updates === undefined || updates === hasUpdates(guard))
  );
}
