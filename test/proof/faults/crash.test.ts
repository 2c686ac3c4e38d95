import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fix, type FixOptions, type FixReport } from '../../../src/index.ts';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { withQueryable } from '../../support/queryable.ts';
import { servers } from '../../support/servers.ts';
import { openSession, type Rows, rowsAt } from '../../support/session.ts';

// The server crashes the very moment that a move is reported: after its recovery the move is there. What writes the log by
// and by is made slow, so that nothing is saved by luck; the naive ways lose their move in the same circumstances.

const slowLog = {
  wal_writer_delay: '10s',
  bgwriter_delay: '10s',
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  wal_level: 'minimal', // otherwise the list of running transactions is logged now and then
  max_wal_senders: '0',
};

/** A sequence that stands before 1 while an id of 5 is stored. */
const behind = 'create table t (id serial primary key); insert into t values (5)';

for (const { major } of servers) {
  describe(`a crash right after a move (${major})`, () => {
    let cluster: Cluster;
    let made = 0;
    before(async () => {
      cluster = await startCluster(major, { settings: slowLog });
    });
    after(() => cluster.remove());

    async function database(settings: (name: string) => string): Promise<string> {
      const name = `crash_${++made}`;
      await rowsAt(cluster.url('postgres'), `create database ${name}`);
      const url = cluster.url(name);
      for (const sql of [behind, 'checkpoint', settings(name)]) await rowsAt(url, sql);
      return url;
    }

    const asShipped = (): string => 'select';
    const asynchronous = (name: string): string => `alter database ${name} set synchronous_commit = off`;

    /** Somebody whose open transaction has drawn 1, by which PostgreSQL has noted in its log that 33 were drawn. */
    async function drawer(url: string): Promise<void> {
      const client = await openSession({ connectionString: url });
      await client.query("begin; select nextval('t_id_seq')");
    }

    /** Fixes, and crashes the server as soon as the move is told. Ends when the server is up again. */
    async function crashAfterMove(url: string, options: FixOptions): Promise<FixReport> {
      let crash: Promise<void> | undefined;
      const report = await withQueryable(url, (db) =>
        fix(db, {
          ...options,
          onProgress({ phase, done, total }) {
            if (phase === 'move' && done === total) crash = cluster.crash();
          },
        }),
      );
      assert.ok(crash !== undefined, 'nothing was moved');
      await crash;
      await cluster.start();
      return report;
    }

    async function crashAfter(url: string, sql: string): Promise<Rows> {
      await rowsAt(url, sql);
      await cluster.crash();
      await cluster.start();
      return await rowsAt(url, "select nextval('t_id_seq')");
    }

    test('naive: setval with synchronous_commit = off is lost', async () => {
      const url = await database(asynchronous);
      assert.deepEqual(await crashAfter(url, "select setval('t_id_seq', (select max(id) from t))"), [['1']]);
    });

    test('naive: nextval is lost where the open transaction of somebody else had logged ahead', async () => {
      const url = await database(asShipped);
      await drawer(url);
      const rows = await crashAfter(url, "select nextval('t_id_seq') from generate_series(2, 5)");
      assert.deepEqual(rows, [['1']]);
    });

    for (const method of ['step', 'lock'] as const)
      test(`pgseq (${method}) with synchronous_commit = off`, async () => {
        const url = await database(asynchronous);
        await isKept(url, await crashAfterMove(url, { method }));
      });

    test('pgseq (step) where the open transaction of somebody else had logged ahead', async () => {
      const url = await database(asShipped);
      await drawer(url);
      await isKept(url, await crashAfterMove(url, { method: 'step' }));
    });

    async function isKept(url: string, report: FixReport): Promise<void> {
      const [one] = report.sequences;
      // Whether the run got to its end before the server was gone does not matter: the move was reported before the crash
      assert.deepEqual([one?.action, one?.after?.next], ['moved', 6n]);
      const [[id] = []] = await rowsAt(url, 'insert into t default values returning id');
      assert.ok(Number(id) >= 6, `the next id is ${id}`);
    }
  });
}
