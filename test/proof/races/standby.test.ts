import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { only, report, until } from '../../commands/support.ts';
import { type Cluster, type ClusterOptions, startCluster } from '../../support/cluster.ts';
import { pgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { openSession, rowsAt } from '../../support/session.ts';

// A move that was reported outlives its server: the synchronous standby that takes over has it, although the role does not wait
// for standbys, and although another transaction had logged ahead what was drawn.

const behind = 'create table t (id serial primary key); insert into t select generate_series(1, 16)';

async function clusterOf(t: TestContext, major: number, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(major, options);
  t.after(() => cluster.remove());
  return cluster;
}

async function one(cluster: Cluster, sql: string): Promise<string | null | undefined> {
  return (await rowsAt(cluster.url('postgres'), sql))[0]?.[0];
}

/** Runs fix on a cluster, which must move the sequence; the next value that it reports. */
async function moved(cluster: Cluster, method: string): Promise<number> {
  const fixed = await report({ url: cluster.url('postgres') }, ['fix', '--method', method, '--wait', '0s']);
  assert.deepEqual([only(fixed).action, only(fixed).method, fixed.code], ['moved', method, 0]);
  return Number(only(fixed).next);
}

const next = 'select last_value + is_called::int from t_id_seq';

for (const { major } of servers) {
  test(`a standby that takes over (${major})`, async (t) => {
    const primary = await clusterOf(t, major, { settings: { synchronous_standby_names: 'standby' } });
    await one(primary, `set synchronous_commit = local; ${behind}`);
    const standby = await clusterOf(t, major, {
      standbyOf: primary,
      settings: { synchronous_standby_names: '' },
    });
    await until(async () => (await one(primary, 'select sync_state from pg_stat_replication')) === 'sync');

    const { code, stderr } = await pgseq(['fix', standby.url('postgres')]);
    assert.equal(code, 2);
    assert.match(stderr, /is on a standby, where no sequence can be moved/);

    await one(primary, 'alter role postgres set synchronous_commit = local');
    let reported = 0;
    for (const method of ['lock', 'step']) {
      // Near enough for what the other transaction has logged
      await one(primary, `insert into t values (${reported + 20})`);
      const other = await openSession({ connectionString: primary.url('postgres') });
      await other.query(`begin; select nextval('t_id_seq')${method === 'lock' ? '; commit' : ''}`);
      await standby.stop();
      const moving = moved(primary, method);
      const waits = "select count(*) from pg_stat_activity where application_name = 'pgseq' and wait_event = 'SyncRep'";
      await until(async () => (await one(primary, waits)) === '1');
      await standby.start();
      reported = await moving;
    }
    // The primary is gone the moment it has reported
    await primary.crash();
    await standby.promote();
    assert.ok(Number(await one(standby, next)) >= reported);
    assert.ok(Number(await one(standby, 'insert into t default values returning id')) >= reported);

    for (const method of ['step', 'lock']) {
      await one(standby, 'insert into t select max(id) + 40 from t');
      assert.equal((await pgseq(['check', standby.url('postgres')])).code, 1);
      await moved(standby, method);
      await one(standby, 'insert into t default values');
    }
  });
}
