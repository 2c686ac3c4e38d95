import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fix } from '../../../src/core/fix.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { amount } from '../../support/proof.ts';
import { servers } from '../../support/servers.ts';
import type { MoveMethod } from '../../../src/core/model/report.ts';

// Explicit ids in transactions that stay open for a while are invisible. After a fix that waited, every one that was begun
// before it waited is behind the sequence, or rolled back; without the wait, some are not.

const table = (cache: number): string =>
  `create table t (id bigserial primary key); alter sequence t_id_seq cache ${cache}`;
const importers = 3;
/** How many fixes have to wait, and how many have to move. */
const enough = amount(2, 6);

interface Tally {
  /** Fixes that ended with nobody still open, and how many of them had to wait. */
  fixes: number;
  waited: number;
  moves: number;
  /** Explicit ids begun before a fix waited, and still ahead of the sequence after it. */
  ahead: number;
  begun: number;
}

/** Importers, a writer and a fixer, until it is enough, ten minutes at most. */
async function run(
  db: Database,
  method: MoveMethod,
  wait: number,
  isEnough: (tally: Readonly<Tally>) => boolean,
): Promise<Tally> {
  const tally: Tally = { fixes: 0, waited: 0, moves: 0, ahead: 0, begun: 0 };
  const deadline = performance.now() + 600_000;
  const over = new AbortController();
  /** The furthest explicit id whose INSERT has been answered, of the transactions that will commit. */
  let furthest = 0n;

  const load = async (): Promise<void> => {
    const client = await db.connect();
    while (!over.signal.aborted) {
      const commits = Math.random() < 0.8;
      await client.query('begin');
      let last = 0n; // ids in ascending order: two importers in each other's way would be a deadlock, and no fault of pgseq's
      for (let row = 0; row < 3; row++) {
        const { rows } = await client.query<{ id: string }>(
          `insert into t (id) select ${last > furthest ? last : furthest} + 1 + (random() * 50)::int on conflict do nothing returning id::text`,
        );
        const id = BigInt(rows[0]?.id ?? last);
        last = id;
        tally.begun += rows.length;
        if (commits && id > furthest) furthest = id;
        await sleep(Math.random() * 40);
      }
      await client.query(commits ? 'commit' : 'rollback');
      await sleep(Math.random() * 40);
    }
  };
  const write = async (): Promise<void> => {
    const client = await db.connect();
    while (!over.signal.aborted) {
      await client.query('insert into t default values').catch((error: unknown) => {
        if ((error as { code?: string }).code !== '23505') throw error; // it reached an id before the fix did
      });
      await sleep(5);
    }
  };
  const bringInStep = async (): Promise<void> => {
    await withQueryable(db.url, async (pgseq) => {
      while (!isEnough(tally)) {
        assert.ok(performance.now() < deadline, `not there within ten minutes: ${JSON.stringify(tally)}`);
        let begun = furthest;
        let sinceMove = furthest;
        let waited = false;
        const { holders, sequences, stopped } = await fix(pgseq, {
          method,
          wait,
          onStart: () => (sinceMove = furthest),
          onProgress({ phase }) {
            // It waits after its moves, and measures then
            if (phase === 'move') sinceMove = furthest;
            if (phase === 'verify') begun = sinceMove;
            if (phase === 'wait') waited = true;
          },
        });
        assert.deepEqual([stopped, holders], [undefined, []]);
        const next = (await db.query('select last_value + is_called::int from t_id_seq'))[0]?.[0] ?? '';
        tally.fixes++;
        if (waited) tally.waited++;
        if (sequences.some((one) => one.action === 'moved' && one.method === method)) tally.moves++;
        if (BigInt(next) <= begun) tally.ahead++;
      }
    });
  };
  const parts = [...Array.from({ length: importers }, load), write(), bringInStep()];
  const ended = await Promise.allSettled(parts.map((part) => part.finally(() => over.abort())));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return tally;
}

for (const [method, cache] of [
  ['step', 1],
  ['lock', 20],
] as const) {
  databaseTest(`${method}: no explicit id begun before the wait stays ahead`, servers, table(cache), async (db, t) => {
    const tally = await run(db, method, 30_000, ({ waited, moves }) => waited >= enough && moves >= enough);
    t.diagnostic(JSON.stringify(tally));
    assert.equal(tally.ahead, 0);
  });
  databaseTest(`${method} without a wait leaves some ahead`, servers, table(cache), async (db, t) => {
    const tally = await run(db, method, 0, ({ ahead }) => ahead > 0);
    t.diagnostic(JSON.stringify(tally));
  });
}
