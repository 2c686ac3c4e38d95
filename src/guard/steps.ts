import { createEventTrigger, earlierFunctions, guardObjects, guardVersion, newTables } from '../pg/guard.ts';
import type { Guard } from '../core/model/guard.ts';
import { dropObjects, type Objects } from './objects.ts';
import type { GuardVerb, GuardWork } from './plan.ts';
import { dropFunction } from './statements.ts';
import type { GuardOptions } from './options.ts';
import type { SequenceFilters } from '../core/model/options.ts';

/** Told to sql/guard/schema.sql. */
const trust = 'set local pgseq.trust_owners = on';

/** What is done ahead of the guards themselves: what they call is made, where it is not there, or not as it is now. */
export function first(verb: GuardVerb, works: readonly GuardWork[], objects: Objects, options: GuardOptions): string[] {
  const isWanted =
    verb === 'install'
      ? options.newTables === true || works.some(({ statements }) => statements.length > 0)
      : verb === 'upgrade' &&
        (objects.functions.length > 0 || works.some((one) => one.verb === verb && one.statements.length > 0));
  if (objects.current || !isWanted) return [];
  return [...(options.trustOwners === true ? [trust] : []), ...guardObjects, ...(objects.newTables ? [newTables] : [])];
}

/** What is done after the guards: the event trigger. */
export function last(verb: GuardVerb, objects: Objects, options: GuardOptions): string[] {
  return verb === 'install' && options.newTables === true && !objects.newTables ? [newTables, createEventTrigger] : [];
}

/**
 * What is done when the guards are gone that were to go, and only those of `left` stand: functions among `known` that none of
 * them needs; what only earlier versions call; and all else, unless some of it is somebody else's, or new tables shall be guarded and only some were meant.
 */
export function lastly(
  verb: GuardVerb,
  objects: Objects,
  filters: SequenceFilters,
  left: readonly Guard[],
  known: readonly Guard[],
): string[] {
  if (verb !== 'remove' && verb !== 'upgrade') return [];
  const needed = new Set(left.flatMap((guard) => guard.functions.map(({ name }) => name)));
  const idle = known.flatMap(({ functions, places }) =>
    functions.filter(({ name, shared }) => (shared || places.length === 0) && !needed.has(name)),
  );
  const functions = [...new Map(idle.map((one) => [one.name, one])).values()].flatMap(dropFunction);
  const { schemas, excludeSchemas, tables, excludeTables, sequences } = filters;
  const given = [schemas, excludeSchemas, tables, excludeTables, sequences];
  const isFiltered = given.some((texts) => (texts ?? []).length > 0);
  const isLast = verb === 'remove' && left.length === 0 && objects.owner === null && !(objects.newTables && isFiltered);
  return [...functions, ...(isLast ? dropObjects(objects) : verb === 'upgrade' ? dropEarlier(objects, left) : [])];
}

/** Takes away what only guards of earlier versions call, once there are none. */
function dropEarlier({ functions, owner }: Objects, left: readonly Guard[]): string[] {
  if (owner !== null || left.some(({ version }) => version < guardVersion)) return [];
  return functions
    .filter((name) => earlierFunctions.includes(name.replace(/\(.*/s, '')))
    .map((name) => `drop function pgseq.${name}`);
}
