import { quoteIdentifier, quoteLiteral, quoteRelation, quoteRelationText } from '../pg/identifier.ts';
import type { FedColumn } from '../core/model/surveyed.ts';
import type { Guard, GuardFunction, GuardPlace, GuardTrigger } from '../core/model/guard.ts';

/** What a guard is made with; undefined leaves it as it was. */
export interface GuardSettings {
  readonly maxJump?: number | undefined;
  readonly updates?: boolean | undefined;
}

/** Guards a column, or mends its guard. */
export function protect({ schema, table, column }: FedColumn, { maxJump, updates }: GuardSettings): string[] {
  const relation = `${quoteRelationText(schema, table)}::pg_catalog.regclass`;
  const given = [
    ...(maxJump === undefined ? [] : [`max_jump => ${maxJump}`]),
    ...(updates === undefined ? [] : [`updates => ${updates}`]),
  ];
  return [`select pgseq.protect(${[relation, quoteLiteral(column), ...given].join(', ')})`];
}

/** Guards a column anew; first its triggers go that call a function which was taken out of the schema pgseq. */
export function mend(fed: FedColumn, guard: Guard | null, { maxJump, updates }: GuardSettings): string[] {
  const strange =
    guard === null ? [] : triggersOf(guard).filter(({ trigger: { home, clone } }) => home !== 'pgseq' && !clone);
  return [
    ...strange.map(({ place, trigger }) => dropTrigger(place, trigger)),
    ...protect(fed, {
      maxJump,
      updates: updates ?? (strange.some(({ trigger }) => trigger.kind === 'update') ? true : undefined),
    }),
  ];
}

/** Switches off every trigger of a guard that is on. */
export function disable(guard: Guard): string[] {
  return triggersOf(guard).flatMap(({ place, trigger }) =>
    trigger.state === 'D' ? [] : [alter(place, 'disable trigger', trigger)],
  );
}

/** Makes every trigger of a guard fire when it should. */
export function enable(guard: Guard): string[] {
  return triggersOf(guard).flatMap(({ place, trigger }) => {
    const wanted = trigger.kind === 'row' ? 'R' : 'O';
    if (trigger.state === wanted) return [];
    return [alter(place, trigger.kind === 'row' ? 'enable replica trigger' : 'enable trigger', trigger)];
  });
}

/** Takes a guard away; a function that serves another table stays, until that is done with too. */
export function remove(guard: Guard): string[] {
  return [
    ...triggersOf(guard).flatMap(({ place, trigger }) => (trigger.clone ? [] : [dropTrigger(place, trigger)])),
    ...guard.functions.flatMap((one) => (one.shared ? [] : dropFunction(one))),
  ];
}

/** Takes away a function of a guard that stands nowhere any more. One that its owner has taken elsewhere is theirs. */
export function dropFunction({ name, home, waits }: GuardFunction): string[] {
  if (home !== 'pgseq') return [];
  const quoted = quoteIdentifier(name);
  return [...(waits ? [`drop table pgseq.${quoted}`] : []), `drop function pgseq.${quoted}()`];
}

function triggersOf(guard: Guard): { place: GuardPlace; trigger: GuardTrigger }[] {
  return guard.places.flatMap((place) => place.triggers.map((trigger) => ({ place, trigger })));
}

function dropTrigger({ schema, relation }: GuardPlace, { name }: GuardTrigger): string {
  return `drop trigger ${quoteIdentifier(name)} on ${quoteRelation(schema, relation)}`;
}

function alter({ schema, relation }: GuardPlace, what: string, { name }: GuardTrigger): string {
  return `alter table ${quoteRelation(schema, relation)} ${what} ${quoteIdentifier(name)}`;
}
