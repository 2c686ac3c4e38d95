import type { Queryable, Row } from './queryable.ts';
import type { Target } from './target.ts';

const point = 'pgseq_inside';

/**
 * The transaction that is open on a session, as a Queryable: it sees what was not committed yet. Each of its transactions is
 * undone afterwards, so that no setting of ours stays: it is for what reads, and for nextval, which nothing undoes.
 */
export function inside(target: Target): Queryable {
  const undo = [`rollback to savepoint ${point}`, `release savepoint ${point}`];
  return {
    host: target.host,
    port: target.port,
    async transaction(statements, { mode, signal }): Promise<readonly Row[]> {
      await target.query(
        [`savepoint ${point}`, ...(mode === 'read only' ? ['set local transaction_read_only = on'] : [])],
        signal,
      );
      try {
        const { rows } = await target.query(statements, signal);
        return rows;
      } finally {
        await target.query(undo).catch(() => undefined); // the session is gone then, and the error before tells
      }
    },
  };
}
