import { eventTrigger, guardObjects, guardVersion } from '../../pg/guard.ts';
import { quoteIdentifier } from '../../pg/identifier.ts';
import { Problem } from '../../pg/problem.ts';
import { type Asking, objects as ask } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';

/** What is in the schema pgseq beside the guards. */
export interface Objects {
  /** As DROP FUNCTION names them. */
  readonly functions: readonly string[];
  /** All that guards call is there, and of this version or a newer one. */
  readonly current: boolean;
  /** Tables are guarded as they are made. */
  readonly newTables: boolean;
  /** A role that is not to be trusted owns the schema or a function in it, or may make one there. */
  readonly stranger: string | null;
}

/** The functions that guards call. */
const needed = guardObjects.flatMap((sql) => /function pgseq\.(\w+)\(/.exec(sql)?.[1] ?? []);

const none: Objects = { functions: [], current: false, newTables: false, stranger: null };

/** Asks what there is. `guarded`: whether the schema is there at all. */
export async function readObjects(db: Queryable, asking: Asking, guarded: boolean): Promise<Objects> {
  if (!guarded) return none;
  const rows = await ask(db, asking);
  const functions = rows.filter(({ kind }) => kind === 'function');
  const isCurrent = (name: string): boolean =>
    functions.some((row) => row.name?.startsWith(`${name}(`) === true && Number(row.version) >= guardVersion);
  return {
    functions: functions.map(({ name }) => name ?? ''),
    current: needed.every(isCurrent),
    newTables: rows.some(({ kind, name }) => kind === 'event trigger' && name === eventTrigger),
    stranger: rows.find(({ trusted }) => trusted !== 't')?.owner ?? null,
  };
}

/**
 * Guards call functions in the schema pgseq with the rights of whoever owns the guard. So whoever owns those could act with
 * them: a Problem, unless that was agreed to.
 */
export function refuseStrangers({ stranger }: Objects, role: string): void {
  if (stranger === null) return;
  throw new Problem(
    `${stranger} owns the schema pgseq or a function in it, or may make one there, and could act with your rights through it`,
    {
      hint: `look at what is in it, and drop it or change its owner: alter schema pgseq owner to ${quoteIdentifier(role)}; if ${stranger} is trusted with all guarded tables: --trust-owners`,
    },
  );
}

/** Takes everything away that guards need; nothing may need it any more. */
export function dropObjects({ functions, newTables }: Objects): string[] {
  return [
    ...(newTables ? [`drop event trigger ${eventTrigger}`] : []),
    ...functions.map((name) => `drop function pgseq.${name}`),
    'drop schema pgseq',
  ];
}
