import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { startCluster } from '../../support/cluster.ts';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { begin, clients, dumped, file, isAsleep, next, processes, skip, start } from './support.ts';
import { until } from '../support.ts';

// A restore that is interrupted or killed in the middle.

/** A script that loads rows, and then takes its time. */
const slow =
  'create table users (id serial primary key);\ninsert into users values (70);\nselect pg_sleep(60);\ninsert into users values (90);\n';

/** The slow part of an archive: a trigger that waits for the test at the second table, when the first has its rows. */
const slowArchive = `
  create table users (id serial primary key); insert into users values (70);
  create table waits (id serial primary key); insert into waits values (8);
  create function wait() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(1); return new; end';`;

databaseTest(
  'Ctrl-C is for psql, and the sequences of what arrived are brought in step',
  newest,
  '',
  async (db, t) => {
    const { child, result } = begin(t, ['-q', file(t, 'a.sql', slow), db.url]);
    await until(isAsleep(db));
    child.kill('SIGINT');
    const { code, stdout } = await result;
    assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 71/);
    assert.equal(code, 3); // psql's own for a script that was stopped
    await db.query('insert into users default values');
  },
  skip,
);

databaseTest(
  'Ctrl-C twice ends psql and pgseq, and nothing is moved',
  newest,
  '',
  async (db, t) => {
    // A psql that loads, and is deaf to the first
    const deaf = file(
      t,
      'psql',
      `#!/bin/sh\ncase "$1" in --version) exec ${clients.binDir}/psql --version;; esac\n${clients.binDir}/psql -qX -c 'create table users (id serial primary key); insert into users values (70)'\ntrap 'echo "psql: no" >&2' INT\nwhile kill -0 $PPID 2>/dev/null; do sleep 0.05; done\n`,
    );
    chmodSync(deaf, 0o755);
    const { signal, result, output } = start([
      '-q',
      '--bin-dir',
      dirname(deaf),
      file(t, 'a.sql', 'select 1;\n'),
      db.url,
    ]);
    await until(
      async () => (await db.query("select from pg_sequences where sequencename = 'users_id_seq'")).length > 0,
    );
    await until(async () => (await db.query('select from users')).length > 0);
    await until(async () => processes(db, 'sleep').length > 0);
    signal('SIGINT');
    await output(/psql: no/);
    signal('SIGINT');
    const { code, stdout, stderr } = await result;
    assert.deepEqual([code, stdout], [130, '']);
    assert.match(stderr, /pgseq: interrupted\n/);
    assert.equal(await next(db), '1');
    await until(() => Promise.resolve(processes(db, 'psql').length === 0));
  },
  skip,
);

for (const [how, jobs, signal, wanted] of [
  ['interrupted', [], 'SIGINT', 1],
  ['interrupted, with jobs', ['--jobs=2'], 'SIGINT', 1],
  ['killed', [], 'SIGKILL', 137],
] as const)
  databaseTest(
    `pg_restore ${how} in the middle: what arrived is in step, and its end is passed on`,
    newest,
    slowArchive,
    async (db, t) => {
      const archive = dumped(t, db, '-Fc', '--data-only', '--exclude-table-data=*_seq');
      await db.query(
        'truncate users, waits; create trigger wait before insert on waits for each row execute function wait(); select pg_advisory_lock(1)',
      );
      const { signal: send, result } = start(['-q', '--into-existing', ...jobs, archive, db.url]);
      await until(async () => (await db.query('select from users')).length > 0);
      await until(async () => processes(db, 'pg_restore').length > 0 && (await isWaiting(db)));
      if (signal === 'SIGINT') send(signal);
      else for (const pid of processes(db, 'pg_restore')) process.kill(pid, signal);
      // Its session hears of that when it next reads
      if (signal === 'SIGKILL') await db.query('select pg_advisory_unlock(1)');
      const { code, stdout } = await result;
      assert.equal(code, wanted);
      assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 71/);
      await db.query('insert into users default values');
    },
    skip,
  );

async function isWaiting(db: Database): Promise<boolean> {
  const found = await db.query(
    "select from pg_stat_activity where query like 'COPY public.waits%' and datname = current_database() and wait_event = 'advisory'",
  );
  return found.length > 0;
}

databaseTest(
  'psql killed in the middle: what arrived is in step, and its end is passed on',
  newest,
  '',
  async (db, t) => {
    const { result } = start(['-q', file(t, 'a.sql', slow), db.url]);
    await until(isAsleep(db));
    for (const pid of processes(db, 'psql')) process.kill(pid, 'SIGKILL');
    const { code, stdout } = await result;
    assert.equal(code, 137);
    assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 71/);
    await db.query('insert into users default values');
  },
  skip,
);

test('the server stopped in the middle: told, and a fix afterwards finds what arrived', skip, async (t) => {
  const cluster = await startCluster(newest.major);
  t.after(() => cluster.remove());
  await withDatabase(cluster, 'stopped', '', async (db) => {
    const { result } = start(['-q', file(t, 'a.sql', slow), db.url]);
    await until(isAsleep(db));
    await cluster.stop('immediate');
    const { code, stdout, stderr } = await result;
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /psql:.*(?:server closed the connection|terminating connection)/);
    assert.match(stderr, /cannot connect to/);
    await cluster.start();
  });
});
