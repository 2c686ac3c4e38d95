import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report, until } from '../../commands/support.ts';
import { startCluster } from '../../support/cluster.ts';
import { pgseq, spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { openSession, rowsAt } from '../../support/session.ts';

// A standby that is promoted while it is read: what was begun there ends, and says the same; from then on it can be moved.

const behind =
  "create table t (id serial primary key, name text); insert into t select i, repeat('x', 100) from generate_series(1, 50000) i; create table u (id serial primary key); insert into u values (3)";

test('a standby is promoted while check reads it, and while import reads from it', async (t) => {
  const primary = await startCluster(newest.major, { settings: { autovacuum: 'off' } });
  t.after(() => primary.remove());
  await rowsAt(primary.url('postgres'), behind);
  await rowsAt(primary.url('postgres'), 'create database target');
  const target = primary.url('target');
  await rowsAt(target, 'create table t (id serial primary key, name text)');
  const standby = await startCluster(newest.major, {
    standbyOf: primary,
    settings: { max_standby_streaming_delay: '-1' },
  });
  t.after(() => standby.remove());
  const url = standby.url('postgres');
  await until(async () => (await rowsAt(url, 'select count(*) from t'))[0]?.[0] === '50000');

  // What holds the import is at the target: the rows are asked for, and not yet taken
  const holder = await openSession({ connectionString: target });
  await holder.query(`create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(14); return null; end $$;
    create trigger wait before insert on t for each statement execute function wait(); select pg_advisory_lock(14)`);
  const importing = spawnPgseq(['import', url, '--table', 't', '--to', target]);
  const waits = async (at: string, event: string): Promise<boolean> =>
    (await rowsAt(at, `select from pg_stat_activity where application_name like 'pgseq%' and wait_event = '${event}'`))
      .length > 0;
  await until(() => waits(target, 'advisory'));
  // And what holds check: a lock of the primary's, which the standby has replayed
  const other = await openSession({ connectionString: primary.url('postgres') });
  await other.query(
    'begin; lock table u in access exclusive mode; select pg_current_wal_insert_lsn(), pg_switch_wal()',
  );
  await until(
    async () =>
      (
        await rowsAt(
          url,
          "select from pg_locks where mode = 'AccessExclusiveLock' and relation = 'u'::regclass and granted",
        )
      ).length > 0,
  );
  const checking = spawnPgseq(['check', '--format', 'json', '--statement-timeout', '2min', url]);
  await until(() => waits(url, 'relation'));
  const fixing = await pgseq(['fix', url]);
  assert.equal(fixing.code, 2);

  await standby.promote();
  await until(async () => (await rowsAt(url, 'select pg_is_in_recovery()'))[0]?.[0] === 'f');
  const checked = await checking.result;
  assert.equal(checked.code, 1, checked.stderr);
  await holder.query('select pg_advisory_unlock(14)');
  const imported = await importing.result;
  assert.equal(imported.code, 0, imported.stderr);
  assert.deepEqual(await rowsAt(target, "select count(*), max(id), nextval('t_id_seq') from t"), [
    ['50000', '50000', '50001'],
  ]);

  const fixed = await report({ url }, ['fix']);
  assert.deepEqual(
    [fixed.code, ...fixed.sequences.map(({ action, next }) => `${action} ${next}`)],
    [0, 'moved 50001', 'moved 4'],
  );
  assert.deepEqual(await rowsAt(url, "select nextval('t_id_seq')"), [['50001']]);
  await holder.end();
  await other.end().catch(() => undefined);
});
