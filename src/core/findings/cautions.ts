import { quoteRelation } from '../../pg/identifier.ts';
import { type QueryOptions, sizes } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { failureOf } from '../../pg/sqlstate.ts';
import type { Finding } from '../model/finding.ts';
import type { Assessment } from '../model/assessed.ts';
import { cautioned } from '../model/caution.ts';

/** The same findings, whose SQL says above each statement what else it does; of tables that it rewrites, how large they are. */
export async function withCautions(
  all: readonly Finding[],
  looked: readonly Assessment[],
  db: Queryable,
  queryOptions: QueryOptions,
): Promise<Finding[]> {
  const size = await sizesFor(
    all.flatMap(({ fix }) => fix ?? []),
    looked,
    db,
    queryOptions,
  );
  return all.map((finding) =>
    finding.fix === null || finding.rule === 'behind' ? finding : { ...finding, fix: cautioned(finding.fix, size) },
  );
}

/** How large the tables are that some SQL rewrites, of those that were looked at; null for others, and where it could not be told. */
export async function sizesFor(
  fixes: readonly string[],
  looked: readonly Assessment[],
  db: Queryable,
  queryOptions: QueryOptions,
): Promise<(table: string) => string | null> {
  const rewritten = new Set(fixes.flatMap((fix) => fix.match(/^alter table (.+)(?= alter column .* type )/gm) ?? []));
  const oids = new Map(
    (rewritten.size === 0 ? [] : looked).flatMap(({ sequence }) =>
      sequence.columns.flatMap(({ schema, table, relationOid }) => {
        const name = quoteRelation(schema, table);
        return rewritten.has(`alter table ${name}`) ? [[name, relationOid] as const] : [];
      }),
    ),
  );
  // Where somebody holds one of them, the size is left out, and nothing else
  const rows =
    oids.size === 0
      ? []
      : await sizes(db, queryOptions, [...new Set(oids.values())]).catch((error: unknown) => {
          queryOptions.signal?.throwIfAborted();
          return ignoreRefusal(error);
        });
  const known = new Map(rows.map(({ oid, bytes }) => [oid ?? '', inBytes(Number(bytes))]));
  return (table) => known.get(oids.get(table) ?? '') ?? null;
}

function ignoreRefusal(error: unknown): [] {
  if (failureOf(error) === 'lost') throw error;
  return [];
}

/** `24 kB`, `5.3 GB`, as people say them. */
function inBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const amount = bytes / 1000 ** step;
  return `${amount.toFixed(step === 0 || amount >= 10 ? 0 : 1)} ${units[step]}`;
}
