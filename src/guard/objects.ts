import { eventTrigger } from '../pg/guard.ts';
import { quoteIdentifier } from '../pg/identifier.ts';
import { offered } from '../pg/offering.ts';
import { Problem } from '../problem.ts';
import { type QueryOptions, objects as ask } from '../pg/query/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { cautionedLines } from '../core/model/caution.ts';
import { toolsToMend } from '../core/survey/guard-body.ts';

/** What is in the schema pgseq beside the guards. */
export interface Objects {
  /** As DROP FUNCTION names them. */
  readonly functions: readonly string[];
  /** All that guards call is there, and as this version makes it or of a newer one. */
  readonly current: boolean;
  /** Tables are guarded as they are made. */
  readonly newTables: boolean;
  /** Who is not to be trusted and what they may, in words, with what to do about it; null when there is nobody. */
  readonly stranger: { readonly may: string; readonly hint: string } | null;
  /** Whom some of it belongs to that this role may not drop; null when all is its own. */
  readonly owner: string | null;
}

const none: Objects = { functions: [], current: false, newTables: false, stranger: null, owner: null };

/** Asks what there is. `guarded`: whether the schema is there at all. */
export async function readObjects(db: Queryable, queryOptions: QueryOptions, guarded: boolean): Promise<Objects> {
  if (!guarded) return none;
  const rows = await ask(db, queryOptions);
  const functions = rows.filter(({ kind }) => kind === 'function');
  const tools = functions.map(({ name, version, text, sound }) => ({
    name: name?.replace(/\(.*/s, '') ?? '',
    version,
    text,
    sound: sound === 't',
  }));
  return {
    functions: functions.map(({ name }) => name ?? ''),
    current:
      toolsToMend(tools).length === 0 &&
      rows.some(({ kind, name, owner }) => kind === 'grant' && name === 'USAGE' && owner === 'public'),
    newTables: rows.some(({ kind, name }) => kind === 'event trigger' && name === eventTrigger),
    stranger: strangerOf(
      rows.find(({ trusted }) => trusted !== 't'),
      queryOptions.offering,
    ),
    owner: rows.find(({ mine }) => mine !== 't')?.owner ?? null,
  };
}

function strangerOf(
  row: { kind: string | null; owner: string | null } | undefined,
  offering: QueryOptions['offering'],
): Objects['stranger'] {
  if (row === undefined) return null;
  const owner = row.owner ?? '';
  if (row.kind === 'grant')
    return {
      may: `${owner} may create functions in the schema pgseq`,
      hint: cautionedLines([
        `revoke create on schema pgseq from ${owner === 'public' ? owner : quoteIdentifier(owner)};`,
      ]).join('\n'),
    };
  const what = row.kind === 'schema' ? 'the schema pgseq' : 'functions in the schema pgseq';
  return {
    may: `${owner} owns ${what}`,
    hint: `as ${owner}: ${offered(offering, 'guard remove --all-tables')}; then install again`,
  };
}

/**
 * Guards call functions in the schema pgseq with the rights of whoever owns the guard. So whoever owns those could act with
 * them: a Problem, unless that was agreed to.
 */
export function refuseStrangers({ stranger }: Objects): void {
  if (stranger === null) return;
  throw new Problem(`${stranger.may}, and could act with your rights through guards`, {
    hint: [stranger.hint, 'or, if that role is trusted with all guarded tables: --trust-owners'],
  });
}

/** Takes everything away that guards need; nothing may need it any more. */
export function dropObjects({ functions, newTables }: Objects): string[] {
  return [
    ...(newTables ? [`drop event trigger ${eventTrigger}`] : []),
    ...functions.map((name) => `drop function pgseq.${name}`),
    'drop schema pgseq',
  ];
}
