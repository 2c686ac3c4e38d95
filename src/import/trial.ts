import { quoteLiteral } from '../pg/identifier.ts';
import { safeSearchPath } from '../pg/query/session-settings.ts';
import { Problem } from '../problem.ts';
import { type QueryOptions, entered, foreign, planted } from '../pg/query/queries.ts';
import type { QueryValue } from '../pg/queryable.ts';
import { verifyRelations, type VerifiedRelation, type Trust } from '../pg/query/relation-check.ts';
import { errorCode, isChange } from '../pg/sqlstate.ts';
import { insideOf, type LoadSession } from '../pg/query/target.ts';
import { unreadableHelp, unreadableWhy } from '../core/rules/unreadable.ts';
import type { ForeignKey, TargetTable } from './target-table.ts';

/** The transaction of a dry run, in which no code of strangers runs. */
export interface Trial {
  /** Runs a statement that reads relations or is made after them: they are screened first. Returns its first value. */
  ask(relations: readonly VerifiedRelation[], statement: string): Promise<QueryValue>;
  /** Runs a statement on what this transaction has made itself. */
  change(statement: string): Promise<void>;
}

export interface TrialOptions {
  readonly queryOptions: QueryOptions;
  readonly trust: Trust;
  /** The schemas of the session's own search_path. */
  readonly ownPath: readonly string[];
  /** What is read beside the tables. */
  readonly references: readonly ForeignKey[];
}

/**
 * Begins a dry run on some tables, within the transaction that is open. Throws a Problem where trying a row would run code that a
 * stranger wrote: the checks, generated columns, domains and indexes of a table come along into its copy.
 */
export async function tryOn(
  target: LoadSession,
  tables: readonly TargetTable[],
  { queryOptions, trust, ownPath, references }: TrialOptions,
): Promise<Trial> {
  const { signal } = queryOptions;
  const db = insideOf(target);
  await refuse(target, tables, { queryOptions, trust, ownPath, references });
  // What is called there by its bare name may be theirs
  const isPlanted = !trust.trustOwners && (await planted(db, queryOptions, ownPath)).length > 0;
  const { rows } = await target.query(["select pg_catalog.current_setting('search_path')"], signal);
  const own = rows[0]?.[0] ?? '';
  const path = isPlanted ? safeSearchPath : `select pg_catalog.set_config('search_path', ${quoteLiteral(own)}, true)`;
  const careful = [safeSearchPath, 'set local row_security = off', 'set local constraint_exclusion = off'];
  const run = async (statements: readonly string[]): Promise<QueryValue> => {
    try {
      return (await target.query(statements, signal)).rows[0]?.[0] ?? null;
    } catch (error) {
      throw explained(error, isPlanted);
    }
  };
  return {
    ask: (relations, statement) => run([...careful, ...verifyRelations(relations, trust), path, statement]),
    change: async (statement) => void (await run([statement])),
  };
}

async function refuse(
  target: LoadSession,
  tables: readonly TargetTable[],
  { queryOptions, trust, references }: TrialOptions,
): Promise<void> {
  const db = insideOf(target);
  const isRefused = ({ what }: { readonly what: QueryValue }): boolean => what === 'code' && !trust.trustOwners;
  const tried = (
    await entered(
      db,
      queryOptions,
      tables.map(({ oid }) => oid),
    )
  ).filter(isRefused);
  const strange = tables.filter(({ oid }) => tried.some(({ root }) => root === oid));
  if (strange.length > 0)
    throw new Problem(
      `cannot try rows in copies of ${strange.map(({ display }) => display).join(', ')}: that may run code that another role wrote`,
      { hint: [unreadableHelp['foreign-code'], 'The import itself runs it, as any insert does'] },
    );
  const read = await foreign(db, queryOptions, [
    ...new Set([...tables.map(({ oid }) => oid), ...references.map((key) => key.references)]),
  ]);
  const names = new Map<string, string>([
    ...references.map((key): [string, string] => [key.references, key.relation]),
    ...tables.map(({ oid, display }): [string, string] => [oid, display]),
  ]);
  for (const [what, why, isAllowed] of [
    ['code', 'foreign-code', trust.trustOwners],
    ['server', 'foreign', trust.readForeign],
  ] as const) {
    const found = read.filter((one) => one.what === what && !isAllowed);
    if (found.length > 0)
      throw new Problem(
        `cannot read ${found.map(({ root }) => names.get(root ?? '')).join(', ')}: ${unreadableWhy[why]}`,
        { hint: unreadableHelp[why] },
      );
  }
}

function explained(error: unknown, isPlanted: boolean): unknown {
  const code = errorCode(error);
  if (isChange(error))
    return new Problem('in the meantime, a table was replaced or given code of another role', {
      hint: 'run it again',
      code,
      cause: error,
    });
  // undefined_function, undefined_object
  if (!isPlanted || (code !== '42883' && code !== '42704')) return error;
  return new Problem(error instanceof Error ? error.message : String(error), {
    hint: `other roles have code on the search_path, so a dry run does not use it. ${unreadableHelp['search-path']}`,
    code,
    cause: error,
  });
}
