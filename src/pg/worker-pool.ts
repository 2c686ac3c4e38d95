import type { Queryable } from './queryable.ts';
import { failureOf } from './sqlstate.ts';

/**
 * Works through the items on all sessions, each taking the next one when it is free. Where a session other than the first is
 * lost, another takes over what it was at; `again` tells that somebody may have done that already.
 * Rejects with the first other error, and only when every session has ended: what was done is then known.
 */
export async function runOnSessions<Item>(
  sessions: readonly Queryable[],
  items: readonly Item[],
  work: (session: Queryable, item: Item, again: boolean) => Promise<void>,
): Promise<void> {
  const [first] = sessions as readonly [Queryable];
  const queue = items.map((item) => ({ item, again: false }));
  const failures: unknown[] = [];
  const serve = async (session: Queryable): Promise<void> => {
    while (failures.length === 0) {
      const next = queue.shift();
      if (next === undefined) return;
      try {
        await work(session, next.item, next.again);
      } catch (error) {
        if (session === first || failureOf(error) !== 'lost') failures.push(error);
        else queue.unshift({ ...next, again: true });
        return;
      }
    }
  };
  await Promise.all(sessions.map(serve));
  await serve(first); // what a session left behind that was lost after the first had ended
  if (failures.length > 0) throw failures[0];
}
