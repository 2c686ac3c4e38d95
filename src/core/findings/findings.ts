import { suggest } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { withCautions } from './cautions.ts';
import type { Finding, Suggestion } from '../model/finding.ts';
import type { Grants, Purpose } from '../model/grants.ts';
import { readGuards } from '../survey/guards.ts';
import { guardsOf } from '../survey/guard-state.ts';
import type { Assessment } from '../model/assessed.ts';
import { moveSql } from '../move/statements.ts';
import type { InspectOptions } from '../model/options.ts';
import { findingsOf } from '../rules/index.ts';
import { standby } from '../rules/standby.ts';
import type { InspectionContext } from './unfed-keys.ts';

/** What findings need of an inspection. */
interface Inspected extends InspectionContext {
  readonly grants: Readonly<Record<Purpose, Grants>>;
  lookAsLinked(links: readonly string[], oids: readonly string[]): Promise<Assessment[]>;
}

/** Findings of every rule about what was looked at, for a role that wants to look or to move. */
export async function findings(
  inspected: Inspected,
  looked: readonly Assessment[],
  options: InspectOptions,
  purpose: Purpose = 'look',
): Promise<Finding[]> {
  const { server, sessions, catalogOptions, all, grants } = inspected;
  const [first] = sessions as readonly [Queryable];
  const suggestions = await withReach(await suggestionsFor(inspected, looked), looked, inspected);
  const guards = guardsOf(all, server.guarded ? await readGuards(first, catalogOptions) : []);
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
    ...(await withCautions(about, looked, first, catalogOptions)),
  ];
}

/** The same suggestions, with what is stored in those columns that the sequences would run into if an application drew from them. */
async function withReach(
  suggestions: ReadonlyMap<string, Suggestion>,
  looked: readonly Assessment[],
  inspected: Pick<Inspected, 'lookAsLinked'>,
): Promise<ReadonlyMap<string, Suggestion>> {
  const free = looked.flatMap(({ sequence: { oid, name, idleOwner } }) => {
    const suggestion = suggestions.get(oid);
    return suggestion?.isFree === true && idleOwner === null ? [{ oid, name, suggestion }] : [];
  });
  if (free.length === 0) return suggestions;
  // Without a word about blocks: of a larger step it is behind only where all kinds of blocks agree
  const links = free.map(({ name, suggestion }) => `${name}=${suggestion.column}`);
  const oids = free.map(({ oid }) => oid);
  const reached = new Map(suggestions);
  for (const { sequence, judgement, outliers: lone } of await inspected.lookAsLinked(links, oids)) {
    const suggestion = suggestions.get(sequence.oid);
    if (suggestion !== undefined && judgement.state === 'behind' && lone === null)
      reached.set(sequence.oid, { ...suggestion, reached: judgement.furthest });
  }
  return reached;
}

/** For sequences that feed nothing, by their oid: the column that the name speaks of. */
export async function suggestionsFor(
  { sessions, catalogOptions }: Pick<InspectionContext, 'sessions' | 'catalogOptions'>,
  looked: readonly Assessment[],
): Promise<Map<string, Suggestion>> {
  const [first] = sessions as readonly [Queryable];
  const unlinked = looked.filter(({ judgement }) => judgement.state === 'unlinked').map(({ sequence }) => sequence.oid);
  const suggestions = new Map<string, Suggestion>();
  for (const { sequenceOid, column, free } of unlinked.length === 0
    ? []
    : await suggest(first, catalogOptions, unlinked))
    if (sequenceOid !== null && column !== null && !suggestions.has(sequenceOid))
      suggestions.set(sequenceOid, { column, isFree: free === 't', reached: null });
  return suggestions;
}
