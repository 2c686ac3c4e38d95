import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { startCluster } from '../../support/cluster.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, chance, seed } from '../../support/proof.ts';
import { pgseq, spawnPgseq, startPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { until } from '../support.ts';

// What `pgseq import` leaves behind when it is killed, when the server stops, and what it does to ordinary inserts beside it.

const tables = `
  create table parents (id serial primary key, what text);
  create table children (id bigserial primary key, parent int not null references parents, what text);
  create index on children (parent);`;

const many = amount(10_000, 30_000);

/** Two files of rows with ids from 1001 on. */
function sources(t: TestContext): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-faults-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const rows = (more: (id: number) => string): string =>
    Array.from({ length: many }, (_, i) => `${i + 1001}${more(i + 1001)}\n`).join('');
  writeFileSync(join(directory, 'parents.csv'), `id,what\n${rows(() => ',imported')}`);
  writeFileSync(join(directory, 'children.csv'), `id,parent,what\n${rows((id) => `,${id},imported`)}`);
  return ['parents', 'children'].map((name) => join(directory, `${name}.csv`));
}

/** At how many moments an import, or its server, is killed, and how many of the runs must still have been at it. */
const kills = amount(2, 10);
const least = amount(1, 5);

/** Milliseconds after which the nth is killed, of those that one takes; a little later than its end for the last. */
const moment = (from: number, n: number, duration: number): number =>
  amount(duration * chance(from, n) * 0.8, (duration * ((n % kills) + chance(from, n))) / (kills - 1));

/** Inserts rows by their defaults, one after the other, until it is told to stop. Returns how many. */
function writer(client: pg.Client): () => Promise<number> {
  const over = new AbortController();
  const done = (async () => {
    let rows = 0;
    for (; !over.signal.aborted; rows++) {
      await client.query(
        "with p as (insert into parents (what) values ('ordinary') returning id) insert into children (parent, what) select id, 'ordinary' from p",
      );
    }
    return rows;
  })();
  done.catch(() => undefined);
  return () => {
    over.abort();
    return done;
  };
}

/** That the import is there whole or not at all, and that no sequence stands at or below a stored id. */
async function proveWhole(db: Pick<Database, 'query'>): Promise<boolean> {
  const [row] = await db.query(`
    select (select count(*) from parents where what = 'imported'), (select count(*) from children where what = 'imported'),
           (select last_value from parents_id_seq) >= (select coalesce(max(id), 0) from parents),
           (select last_value from children_id_seq) >= (select coalesce(max(id), 0) from children)`);
  const [parents, children, ...inStep] = row ?? [];
  assert.deepEqual(inStep, ['t', 't']);
  assert.equal(parents, children);
  assert.ok(parents === '0' || parents === String(many), `${parents} rows of ${many}`);
  return parents !== '0';
}

databaseTest(
  'killed at random moments beside a writer: whole or nothing, and no sequence behind',
  newest,
  tables,
  async (db, t) => {
    const from = seed(t);
    const files = sources(t);
    await db.query("select setval('parents_id_seq', 500000), setval('children_id_seq', 500000)");
    const stop = writer(await db.connect());
    // How long a whole run takes here and now
    const begun = performance.now();
    const whole = await spawnPgseq(['import', '-q', ...files, '--to', db.url]).result;
    assert.equal(whole.code, 0, whole.stderr);
    let duration = performance.now() - begun;
    assert.equal(await proveWhole(db), true);
    let killed = 0;
    for (let n = 0; n < kills || killed < least; n++) {
      await db.query("delete from children where what = 'imported'; delete from parents where what = 'imported'");
      const run = spawnPgseq(['import', '-q', ...files, '--to', db.url]);
      await sleep(moment(from, n, duration));
      run.child.kill('SIGKILL');
      const { signal } = await run.result;
      if (signal === 'SIGKILL') killed++;
      else duration *= 0.8; // the machine has become quicker
      // Its session hears of that when it next reads or writes
      await until(async () => (await importing(db)) === '0');
      await proveWhole(db);
    }
    assert.ok((await stop()) > 0, 'the writer met no error');
  },
);

async function importing(db: Database): Promise<string | null | undefined> {
  return (
    await db.query(
      "select count(*) from pg_locks l join pg_stat_activity a using (pid) where l.relation in ('parents'::regclass, 'children'::regclass) and a.query ~ '^(copy|savepoint|select|set)' and a.pid <> pg_backend_pid()",
    )
  )[0]?.[0];
}

test('the server stops in the middle: nothing is there, and that is said', async (t) => {
  const cluster = await startCluster(newest.major);
  t.after(() => cluster.remove());
  const url = cluster.url('postgres');
  await rowsAt(url, tables);
  await rowsAt(
    url,
    'create function wait() returns trigger language plpgsql as $$begin perform pg_sleep(0.01); return new; end$$; create trigger slow before insert on children for each row execute function wait()',
  );
  const run = startPgseq(['import', '-q', ...sources(t), '--to', url]);
  await until(
    async () =>
      (
        await rowsAt(
          url,
          'select count(*) from pg_stat_activity where query like \'copy "public"."children"%\' and state = \'active\'',
        )
      )[0]?.[0] === '1',
  );
  await cluster.crash();
  const { code, stdout, stderr } = await run.result;
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(
    stderr,
    /^pgseq: the connection to the server was lost: .*\n {2}nothing was imported; a sequence may be ahead/,
  );
  await cluster.start();
  assert.deepEqual(await rowsAt(url, 'select (select count(*) from parents), (select count(*) from children)'), [
    ['0', '0'],
  ]);
});

test('the server is killed at random moments: whole or nothing, and no sequence behind', async (t) => {
  const from = seed(t);
  const cluster = await startCluster(newest.major);
  t.after(() => cluster.remove());
  const url = cluster.url('postgres');
  const query = (sql: string): ReturnType<typeof rowsAt> => rowsAt(url, sql);
  await query(tables);
  const files = sources(t);
  const begun = performance.now();
  assert.equal((await spawnPgseq(['import', '-q', ...files, '--to', url]).result).code, 0);
  let duration = performance.now() - begun;
  let met = 0;
  for (let n = 0; n < kills || met < least; n++) {
    await query('truncate parents, children restart identity');
    const run = spawnPgseq(['import', '-q', ...files, '--to', url]);
    await sleep(moment(from, n, duration));
    await cluster.crash();
    const { code, stderr } = await run.result;
    await cluster.start();
    const isThere = await proveWhole({ query });
    if (code !== 0) met++;
    else duration *= 0.8;
    assert.ok(isThere || code === 2, stderr);
    if (/nothing was imported/.test(stderr)) assert.equal(isThere, false, stderr);
  }
});

databaseTest('an encoding that is another, and a quote that is not closed', newest, tables, async (db, t) => {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-faults-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const latin = Buffer.from('id,what\n1,gut\n2,sch\u00f6n\n', 'latin1');
  for (const [content, message] of [
    [latin, /parents\.csv, line 3.*: invalid byte sequence for encoding "UTF8": 0xf6/],
    [Buffer.from('id,what\n1,"a"\n2,"b\n3,c\n'), /parents\.csv.*: unterminated CSV quoted field/],
  ] as const) {
    const file = join(directory, 'parents.csv');
    writeFileSync(file, content);
    const { code, stdout, stderr } = await pgseq(['import', '-q', file, '--to', db.url]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
    assert.match(stderr, /nothing was imported/);
    assert.deepEqual(await db.query('select count(*) from parents'), [['0']]);
  }
  writeFileSync(join(directory, 'parents.csv'), latin);
  const { code } = await pgseq([
    'import',
    '-q',
    '--encoding',
    'LATIN1',
    join(directory, 'parents.csv'),
    '--to',
    db.url,
  ]);
  assert.equal(code, 0);
  assert.deepEqual(await db.query('select what from parents where id = 2'), [['sch\u00f6n']]);
});

/** One ordinary transaction beside a load that already has its rows in: inserts a parent by its default, and one that refers to it. */
async function ordinary(client: pg.Client): Promise<void> {
  await client.query('begin');
  await client.query("insert into parents (what) values ('ordinary')");
  await client.query("insert into children (parent, what) values (currval('parents_id_seq'), 'ordinary')");
  await client.query('commit');
}

databaseTest(
  'beside ordinary inserts an import never deadlocks, as locking within a load does',
  newest,
  tables,
  async (db, t) => {
    // What a load does that sets its sequences itself: its rows first, then the lock that nextval's conflicts with
    const [load, other] = [await db.connect(), await db.connect()];
    await other.query("set deadlock_timeout = '50ms'");
    await load.query("set deadlock_timeout = '50ms'");
    await load.query('begin');
    await load.query("insert into parents values (1, 'loaded')"); // the id that comes next
    await other.query('begin');
    await other.query("select nextval('children_id_seq')");
    const waits = other.query("insert into parents (what) values ('ordinary')").then(
      () => 'fine',
      (error: { code: string }) => error.code,
    );
    await until(async () => (await db.query('select count(*) from pg_locks where not granted'))[0]?.[0] === '1');
    const locks = load.query('alter sequence children_id_seq restart with 1000').then(
      () => 'fine',
      (error: { code: string }) => error.code,
    );
    const first = await Promise.race([waits, locks]);
    await load.query('rollback');
    await other.query('rollback');
    assert.ok([first, await waits, await locks].includes('40P01'), 'the naive load deadlocks');

    const writers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = await db.connect();
        await client.query("set deadlock_timeout = '20ms'");
        const over = new AbortController();
        const done = (async () => {
          while (!over.signal.aborted) await ordinary(client);
        })();
        done.catch(() => undefined);
        return () => {
          over.abort();
          return done;
        };
      }),
    );
    const files = sources(t);
    await db.query("select setval('parents_id_seq', 500000), setval('children_id_seq', 500000)");
    for (let n = 0; n < amount(1, 3); n++) {
      await db.query("delete from children where what = 'imported'; delete from parents where what = 'imported'");
      const { code, stderr } = await pgseq(['import', '-q', ...files, '--to', db.url]);
      assert.deepEqual([code, stderr], [0, '']);
    }
    await Promise.all(writers.map((stop) => stop())); // rejects where a writer met an error
  },
);
