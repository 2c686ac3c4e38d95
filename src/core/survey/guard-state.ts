import { printable } from '../../text/printable.ts';
import { guardVersion } from '../../pg/guard.ts';
import type { FedColumn, SurveyedSequence } from '../model/surveyed.ts';
import type { Guard, GuardedColumn, GuardPlace, GuardState } from '../model/guard.ts';

/** Why a column cannot be guarded, in words; null when it can. */
export function unguardable(sequence: SurveyedSequence, column: FedColumn): string | null {
  if (column.kind === 'view') return 'it is a column of a view: guard the underlying table';
  if (column.kind === 'foreign') return 'its table is on another server: guard it there';
  if (column.incomparable !== null) return 'its values cannot be compared with those of the sequence';
  if (column.link === 'configured') return 'the catalogs do not show that the sequence feeds it';
  if (column.client && sequence.increment !== 1n && sequence.increment !== -1n)
    return 'clients take blocks of ids, and the catalogs do not show which ids a block contains';
  return null;
}

/** How the columns of some sequences are guarded, and the guards that are none of theirs any more, as long as they may be. */
export function guardedColumns(
  sequences: readonly SurveyedSequence[],
  guards: readonly Guard[],
): { sequence: SurveyedSequence; fed: FedColumn; guard: Guard | undefined; column: GuardedColumn }[] {
  const byColumn = new Map(guards.map((guard) => [keyOf(guard.places[0]?.relationOid ?? '', guard.column), guard]));
  // One whose text does not tell its column any more stands for one that has none
  const nameless = guards.filter(({ column }) => column === '');
  return sequences.flatMap((sequence) =>
    sequence.columns.map((fed) => {
      const at = ({ places: [place] }: Guard): boolean => place?.relationOid === fed.relationOid;
      const guard = byColumn.get(keyOf(fed.relationOid, fed.column)) ?? nameless.find(at);
      return { sequence, fed, guard, column: guardedColumn(sequence, fed, guard) };
    }),
  );
}

function keyOf(relationOid: string, column: string): string {
  return `${relationOid} ${column}`;
}

function guardedColumn(sequence: SurveyedSequence, fed: FedColumn, guard: Guard | undefined): GuardedColumn {
  const [state, message] = stateOf(sequence, fed, guard);
  return {
    name: fed.name,
    tableName: fed.tableName,
    schema: fed.schema,
    table: fed.table,
    column: fed.column,
    sequence: sequence.name,
    state,
    message: message === null ? null : printable(message),
    updates: guard !== undefined && hasUpdates(guard),
    maxJump: guard?.maxJump ?? null,
    function: guard === undefined ? null : functionOf(guard),
  };
}

/** A guard that no column needs: its column was renamed or dropped, or takes its values from elsewhere now. */
export function strayGuard(guard: Guard): GuardedColumn {
  const [place] = guard.places;
  return {
    name: place === undefined ? guard.table : `${place.name}.${guard.column}`,
    tableName: place?.name ?? guard.table,
    schema: place?.schema ?? '',
    table: place?.relation ?? '',
    column: guard.column,
    sequence: null,
    state: guard.fault === null ? 'changed' : 'tampered',
    message:
      guard.fault ??
      (place === undefined
        ? 'its table no longer exists'
        : printable(`no sequence feeds a column with this name; it was made for ${guard.sequence}`)),
    updates: hasUpdates(guard),
    maxJump: guard.maxJump,
    function: functionOf(guard),
  };
}

/** Where the function of a guard lies. */
function functionOf({ function: name, functions: [first] }: Guard): string {
  return `${first?.home ?? 'pgseq'}.${name}`;
}

/** Whether some triggers fire after updates. */
export function hasUpdates(guard: Guard): boolean {
  return guard.places.some(({ triggers }) => triggers.some(({ kind }) => kind === 'update'));
}

function stateOf(sequence: SurveyedSequence, fed: FedColumn, guard: Guard | undefined): [GuardState, string | null] {
  if (guard === undefined) {
    const reason = unguardable(sequence, fed);
    return reason === null ? ['unguarded', 'it has no guard'] : ['unguardable', reason];
  }
  if (guard.fault !== null) return ['tampered', guard.fault];
  const changed = changeOf(sequence, fed, guard);
  if (changed !== null) return ['changed', changed];
  if (guard.version < guardVersion)
    return ['outdated', `it has version ${guard.version}; the current version is ${guardVersion}`];
  if (!guard.usable)
    return ['incomplete', `it does nothing: ${guard.owner}, whose rights it uses, may not use the schema pgseq`];
  const triggers = guard.places.flatMap((place) => place.triggers.map((trigger) => ({ ...trigger, place })));
  const disabled = triggers.filter(({ state }) => state === 'D');
  if (disabled.length > 0) return ['disabled', `triggers are disabled on ${tables(disabled)}`];
  const weakened = triggers.filter(({ kind, state }) => (kind === 'row' ? state !== 'R' : state === 'R'));
  if (weakened.length > 0)
    return [
      'weakened',
      `triggers of ${tables(weakened)} fire at the wrong times, as after ALTER TABLE … ENABLE TRIGGER ALL`,
    ];
  const wanted = hasUpdates(guard) ? (['insert', 'update', 'row'] as const) : (['insert', 'row'] as const);
  // Where partitions have other owners, each has its own trigger for rows, and what is above them needs none
  const isMixed = guard.places.some(({ owner }) => owner !== guard.places[0]?.owner);
  const lacking = guard.places.filter((place) =>
    wanted.some(
      (kind) =>
        !(kind === 'row' && isMixed && place.parted) &&
        place.triggers.every((trigger) => trigger.kind !== kind || !trigger.sound),
    ),
  );
  if (lacking.length > 0) return ['incomplete', `triggers are missing on ${names(lacking)}`];
  const odd = triggers.filter(({ sound }) => !sound);
  return odd.length > 0 ? ['tampered', `triggers of ${tables(odd)} are not as pgseq made them`] : ['guarded', null];
}

function changeOf(sequence: SurveyedSequence, fed: FedColumn, guard: Guard): string | null {
  if (guard.table !== fed.tableName) return `it was made when the table was called ${guard.table}`;
  if (guard.sequence !== sequence.name) return `it was made for the sequence ${guard.sequence}`;
  if ((guard.counts === 'down') !== sequence.increment < 0n)
    return 'it was made when the sequence counted in the other direction';
  if (guard.cached !== sequence.cache > 1n) return 'it was made when the sequence had a different CACHE';
  return null;
}

function tables(triggers: readonly { readonly place: GuardPlace }[]): string {
  return names(triggers.map(({ place }) => place));
}

function names(places: readonly GuardPlace[]): string {
  const all = [...new Set(places.map(({ name }) => name))];
  return all.length <= 3 ? all.join(', ') : `${all.slice(0, 3).join(', ')} and ${all.length - 3} more`;
}

/**
 * The columns that the rules about guards see, by the oid of the sequence: of sequences that some guard is there for, and
 * guards that were made for a sequence and are no use to it any more.
 */
export function guardsOf(
  sequences: readonly SurveyedSequence[],
  guards: readonly Guard[],
): Map<string, readonly GuardedColumn[]> {
  const each = guardedColumns(sequences, guards);
  const used = new Set(each.map(({ guard }) => guard));
  const bySequence = new Map<string, Guard[]>();
  for (const guard of guards)
    if (!used.has(guard)) bySequence.set(guard.sequence, [...(bySequence.get(guard.sequence) ?? []), guard]);
  const columns = new Map<SurveyedSequence, typeof each>();
  for (const one of each) columns.set(one.sequence, [...(columns.get(one.sequence) ?? []), one]);
  return new Map(
    sequences.flatMap((sequence) => {
      const own = columns.get(sequence) ?? [];
      const strays = (bySequence.get(sequence.name) ?? []).map(strayGuard);
      if (strays.length === 0 && own.every(({ guard }) => guard === undefined)) return [];
      return [[sequence.oid, [...own.map(({ column }) => column), ...strays]] as const];
    }),
  );
}
