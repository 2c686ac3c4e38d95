import { quoteIdentifier, quoteLiteral, quoteRelation, quoteRelationText } from '../../pg/identifier.ts';
import type { FedColumn } from '../model.ts';
import type { Guard, GuardPlace, GuardTrigger } from './model.ts';

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
    ...triggersOf(guard).flatMap(({ place, trigger }) =>
      trigger.clone
        ? []
        : [`drop trigger ${quoteIdentifier(trigger.name)} on ${quoteRelation(place.schema, place.relation)}`],
    ),
    ...(guard.shared ? [] : [dropFunction(guard)]),
  ];
}

/** Takes away the function of a guard that stands nowhere any more. */
export function dropFunction(guard: Pick<Guard, 'function'>): string {
  return `drop function pgseq.${quoteIdentifier(guard.function)}()`;
}

function triggersOf(guard: Guard): { place: GuardPlace; trigger: GuardTrigger }[] {
  return guard.places.flatMap((place) => place.triggers.map((trigger) => ({ place, trigger })));
}

function alter({ schema, relation }: GuardPlace, what: string, { name }: GuardTrigger): string {
  return `alter table ${quoteRelation(schema, relation)} ${what} ${quoteIdentifier(name)}`;
}
