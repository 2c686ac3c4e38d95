import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
import { newest, servers } from './servers.ts';
import { rowsAt } from './session.ts';

// Runs on every Node: the helpers of the tests.

for (const { major } of servers) {
  test(`a cluster starts, restarts and recovers from a crash (${major})`, async (t) => {
    const cluster = await ownCluster(t, major);
    const version = await one(cluster, 'show server_version_num');
    assert.equal(Math.trunc(Number(version) / 10_000), major);
    assert.equal(await one(cluster, 'show max_locks_per_transaction'), major < 19 ? '64' : '128'); // as it comes

    await one(cluster, 'create sequence s; select nextval($$s$$)');
    await cluster.restart();
    assert.equal(await one(cluster, 'select nextval($$s$$)'), '2');
    await cluster.crash();
    await assert.rejects(one(cluster, 'select'));
    await cluster.start();
    assert.ok(Number(await one(cluster, 'select nextval($$s$$)')) > 2);

    await cluster.remove();
    assert.equal(existsSync(cluster.socketDirectory), false);
  });

  test(`a standby follows its primary until it is promoted (${major})`, async (t) => {
    const primary = await ownCluster(t, major);
    await one(primary, 'create table t as select 1 as n');
    const standby = await ownCluster(t, major, { standbyOf: primary });
    assert.equal(await one(standby, 'select pg_is_in_recovery()'), 't');
    await one(primary, 'insert into t values (2)');
    await until(async () => (await one(standby, 'select max(n) from t')) === '2');
    await assert.rejects(one(standby, 'insert into t values (3)'), /read-only transaction/);

    await standby.restart();
    await primary.crash();
    await standby.promote();
    await one(standby, 'insert into t values (3)');
    assert.equal(await one(standby, 'select count(*) from t'), '3');
  });
}

test('a cluster can ask for passwords, and take settings', async (t) => {
  const cluster = await ownCluster(t, newest.major, { auth: 'scram', settings: { max_connections: '20' } });
  assert.equal(await one(cluster, 'show max_connections'), '20');
  await assert.rejects(
    rowsAt(cluster.url('postgres', 'postgres', 'wrong'), 'select'),
    /password authentication failed/,
  );
  const standby = await ownCluster(t, newest.major, { standbyOf: cluster });
  assert.equal(await one(standby, 'show max_connections'), '20');
});

async function ownCluster(t: TestContext, major: number, options?: ClusterOptions): Promise<Cluster> {
  const cluster = await startCluster(major, options);
  t.after(() => cluster.remove());
  return cluster;
}

async function one(cluster: Cluster, sql: string): Promise<string | null | undefined> {
  return (await rowsAt(cluster.url('postgres'), sql))[0]?.[0];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await isSo()); attempt++) {
    if (attempt === 4800) throw new Error('waited in vain');
    await sleep(25);
  }
}
