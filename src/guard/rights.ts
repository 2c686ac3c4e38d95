import { quoteIdentifier } from '../pg/identifier.ts';
import { type QueryOptions, ownership } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { cautionedLines } from '../core/model/caution.ts';

/**
 * What a role lacks to change guards on some tables, by their oids, in lines: the GRANT, and whose tables only their owners may change.
 * Empty where it lacks nothing.
 */
export async function lackedRights(
  db: Queryable,
  queryOptions: QueryOptions,
  { role, tables }: { readonly role: string; readonly tables: readonly string[] },
): Promise<string[]> {
  const rows = await ownership(db, queryOptions, tables);
  const lacked = rows.filter(({ mine }) => mine !== 't');
  const byOwner = new Map<string, string[]>();
  for (const { kind, name, owner } of lacked)
    if (kind === 'table') byOwner.set(owner ?? '', [...(byOwner.get(owner ?? '') ?? []), name ?? '']);
  return [
    ...lacked.flatMap(({ kind, name }) =>
      kind === 'table'
        ? []
        : kind === 'database'
          ? cautionedLines([`grant create on database ${quoteIdentifier(name ?? '')} to ${quoteIdentifier(role)};`])
          : cautionedLines([`grant create on schema ${quoteIdentifier(name ?? '')} to ${quoteIdentifier(role)};`]),
    ),
    ...[...byOwner].map(([owner, names]) => {
      const first = names.slice(0, mostNames).join(', ');
      const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
      return `Only the owner of ${first}${more} may do this: connect as ${owner} (-U), or add --role ${owner} if ${role} is a member of it.`;
    }),
  ];
}

const mostNames = 5;
