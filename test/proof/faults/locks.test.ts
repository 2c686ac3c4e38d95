import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { pgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { openSession, rowsAt } from '../../support/session.ts';

// Other sessions hold all of the lock table but a few places. What cannot be locked is told, with what to do about it; what
// can is done; nothing goes backward; and when there is room again a second run finishes.

/** The first has more indexes than there is room for locks at times. */
const tables = 24;
const setup = `do $$ begin for i in 1..${tables} loop
  execute format('create table t%s (id serial primary key, a int, b int); create index on t%s (a); create index on t%s (b)', i, i, i); end loop;
  for i in 1..60 loop execute 'create index on t1 (a)'; end loop; end $$`;
const importMore = `do $$ begin for i in 1..${tables} loop
  execute format('insert into t%s (id) select last_value + 3 from t%s_id_seq', i, i); end loop; end $$`;
const behind = `select ${Array.from({ length: tables }, (_, i) => `((select last_value from t${i + 1}_id_seq) < (select max(id) from t${i + 1}))::int`).join(' + ')}`;

for (const { major } of servers)
  describe(`the lock table is nearly full (${major})`, () => {
    let cluster: Cluster;
    before(async () => {
      cluster = await startCluster(major, {
        settings: {
          max_locks_per_transaction: '10',
          max_connections: '8',
          max_prepared_transactions: '0',
          autovacuum: 'off',
        },
      });
      await rowsAt(cluster.url('postgres'), setup);
    });
    after(() => cluster.remove());

    test('from no place to many', async (t) => {
      const url = cluster.url('postgres');
      const outcomes: string[] = [];
      for (const free of [0, 10, 25, 40, 200]) {
        await rowsAt(url, importMore);
        const others = await openSession({ connectionString: url });
        let held = 0;
        try {
          for (; ; held++) await others.query(`select pg_advisory_lock(${held})`);
        } catch (error) {
          assert.equal((error as { code?: string }).code, '53200');
        }
        await others.query(
          `select pg_advisory_unlock(i) from generate_series(${Math.max(0, held - free)}, ${held - 1}) i`,
        );
        for (const command of ['check', 'fix']) {
          const { code, stdout, stderr } = await pgseq([command, '-q', url]);
          const said = stdout + stderr;
          const isDone = code === (command === 'check' ? 1 : 0);
          assert.ok(isDone || code === 2, `${code}: ${said}`);
          assert.equal(isDone, !said.includes('out of shared memory'), `${code}: ${said}`);
          if (!isDone) assert.match(said, /max_locks_per_transaction/);
          assert.doesNotMatch(said, /\n {4}at /);
          outcomes.push(`${free} ${command} ${code}${stdout === '' ? '' : ' with a report'}`);
        }
        await others.end();
        const second = await pgseq(['fix', '-q', url]);
        assert.equal(second.code, 0, second.stdout + second.stderr);
        assert.deepEqual(await rowsAt(url, behind), [['0']]);
      }
      t.diagnostic(outcomes.join(', '));
      assert.ok(
        outcomes.includes('0 fix 2') && outcomes.some((outcome) => outcome.endsWith('fix 2 with a report')),
        outcomes.join(),
      );
      assert.ok(outcomes.includes('200 fix 0 with a report'), outcomes.join());
    });
  });
