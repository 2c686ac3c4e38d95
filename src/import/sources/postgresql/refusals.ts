import type { BatchAnswer } from '../../../core/measure/run-batches.ts';
import type { Inspection } from '../../../core/inspect.ts';
import { unreadableHelp, unreadableWhy } from '../../../core/rules/unreadable.ts';
import { Problem } from '../../../problem.ts';
import { foreign } from '../../../pg/query/queries.ts';
import type { Queryable } from '../../../pg/queryable.ts';
import { errorCode, errorHint, errorMessage, failureOf, isChange } from '../../../pg/sqlstate.ts';
import type { SourceRelation } from './relations.ts';

const changed = 'a table was replaced, or given code of another role, while it was being read';
const again = 'run it again';
const asOwner = 'read as the owner of the table, or as a role with BYPASSRLS: a policy would hide rows';

/** Throws a Problem that names the relations whose reading may run code of strangers, or asks another server, and is not allowed to. */
export async function refuseStrangers(
  inspection: Inspection,
  relations: readonly SourceRelation[],
  source: string,
): Promise<void> {
  const [db] = inspection.sessions as readonly [Queryable];
  const found = await foreign(
    db,
    inspection.catalogOptions,
    relations.map(({ oid }) => oid),
  );
  const has = (oid: string, what: string): boolean => found.some((one) => one.root === oid && one.what === what);
  const { trustOwners, readForeign } = inspection.trust;
  const owned = relations.filter(({ oid, isStrangers }) => !trustOwners && (isStrangers || has(oid, 'code')));
  const far = relations.filter(({ oid }) => !readForeign && has(oid, 'server'));
  const refused = [
    {
      relations: owned.filter(({ kind }) => kind !== 'view' && kind !== 'foreign'),
      why: unreadableWhy['foreign-code'],
    },
    { relations: owned.filter(({ kind }) => kind === 'view'), why: 'the view may run code that another role wrote' },
    {
      relations: owned.filter(({ kind }) => kind === 'foreign'),
      why: 'another role controls which server it connects to',
    },
    { relations: far, why: unreadableWhy.foreign },
  ].filter((one) => one.relations.length > 0);
  if (refused.length === 0) return;
  const lines = refused.map(
    (one) => `cannot read ${one.relations.map(({ schema, name }) => `${schema}.${name}`).join(', ')}: ${one.why}`,
  );
  const ways = [
    ...(owned.length > 0 ? [unreadableHelp['foreign-code']] : []),
    ...(far.length > 0 ? [unreadableHelp.foreign] : []),
  ];
  throw new Problem([`${source}: ${lines[0]}`, ...lines.slice(1).map((line) => `  ${line}`)], { hint: ways });
}

/** Why a question has no answer. */
export function unread(answer: Exclude<BatchAnswer, { readonly text: unknown }>, source: string): Problem {
  const hint = answer.failure === 'row-security' ? asOwner : answer.message === null ? again : undefined;
  return new Problem(`${source}: ${answer.message ?? changed}`, { hint });
}

/** An error of the server's as a Problem that names the source. */
export function refusal(error: unknown, name: string): unknown {
  const code = errorCode(error);
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const said = errorMessage(error);
  const failure = failureOf(error);
  const details = { code, cause: error };
  if (isChange(error)) return new Problem(`${name}: ${changed}`, { ...details, hint: again });
  if (failure === 'lost')
    return new Problem(`the connection to ${name} was lost: ${said}`, {
      ...details,
      hint: 'run it again; the log of that server says why',
    });
  if (failure === 'row-security')
    return new Problem(`${name}: ${said}`, {
      ...details,
      hint: asOwner,
    });
  return new Problem(`${name}: ${said}`, { ...details, hint: errorHint(error) ?? undefined });
}
