import { suggest } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { withCautions } from './cautions.ts';
import type { Finding } from '../model/finding.ts';
import type { Grants, Purpose } from '../model/grants.ts';
import { readGuards } from '../survey/guards.ts';
import { guardsOf } from '../survey/guard-state.ts';
import type { Looked } from '../model/assessed.ts';
import { moveSql } from '../move/statements.ts';
import type { LookOptions } from '../model/options.ts';
import { findingsOf } from '../rules/index.ts';
import { standby } from '../rules/standby.ts';
import type { Looking } from './unfed-keys.ts';

/** Findings of every rule about what was looked at, for a role that wants to look or to move. */
export async function findings(
  { server, sessions, patient, all, grants }: Looking & { readonly grants: Readonly<Record<Purpose, Grants>> },
  looked: readonly Looked[],
  options: LookOptions,
  purpose: Purpose = 'look',
): Promise<Finding[]> {
  const [first] = sessions as readonly [Queryable];
  const suggestions = await suggestionsFor({ sessions, patient }, looked);
  const guards = guardsOf(all, server.guarded ? await readGuards(first, patient) : []);
  const about = looked.flatMap((one) =>
    findingsOf({
      ...one,
      suggestion: suggestions.get(one.sequence.oid) ?? null,
      guards: guards.get(one.sequence.oid) ?? [],
      move: one.outliers === null ? moveSql(one.sequence, one.judgement) : null,
      role: server.role,
      grants: grants[purpose],
      offering: options.offering,
      nearLimit: (options.nearLimit ?? 80) / 100,
    }),
  );
  return [
    ...(server.standby ? [standby.find(server.database)] : []),
    ...(await withCautions(about, looked, first, patient)),
  ];
}

/** For sequences that feed nothing, by their oid: the column that the name speaks of. */
export async function suggestionsFor(
  { sessions, patient }: Pick<Looking, 'sessions' | 'patient'>,
  looked: readonly Looked[],
): Promise<Map<string, string>> {
  const [first] = sessions as readonly [Queryable];
  const unlinked = looked.filter(({ judgement }) => judgement.state === 'unlinked').map(({ sequence }) => sequence.oid);
  const suggestions = new Map<string, string>();
  for (const { sequenceOid, column } of unlinked.length === 0 ? [] : await suggest(first, patient, unlinked))
    if (sequenceOid !== null && column !== null && !suggestions.has(sequenceOid)) suggestions.set(sequenceOid, column);
  return suggestions;
}
