import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Clients, clientsFor, dump } from '../../support/clients.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { begin, clients, dumped, file, isAsleep, next, processes, restore, skip, users, withNamed } from './support.ts';
import { type JsonReport, until } from '../support.ts';

// `pgseq restore`, beside what the dumps themselves do (restore-dumps): its report, and where it restores to.

databaseTest(
  'the report: what was restored and what stood behind',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '--exclude-table-data=users_id_seq');
    await db.query('drop table users');
    const { code, stdout, stderr } = await restore(['-q', archive, db.url]);
    const warning =
      'the rows of public.users come without the position of public.users_id_seq, which is brought in sync afterwards';
    assert.deepEqual(
      [code, stdout, stderr],
      [
        0,
        `loaded  public.users  5 rows\nwarning: ${warning}\n\nmoved       public.users_id_seq  next 1 -> 6  step\n\n1 sequence: 1 ok\n`,
        `pgseq: warning: ${warning}\n`,
      ],
    );
  },
  skip,
);

databaseTest(
  'into a live database: no sequence ends below where it stood',
  servers,
  users,
  async (db, t) => {
    const own = clientsFor(db.server.major) as Clients;
    const archive = file(t, 'dump');
    dump(db, own, ['-Fc', '--file', archive]);
    await db.query("truncate users; select setval('users_id_seq', 10000)");
    const { code, stdout, stderr } = await pgseq([
      'restore',
      '-q',
      '--bin-dir',
      own.binDir,
      '--format',
      'json',
      '--data-only',
      '--into-existing',
      archive,
      db.url,
    ]);
    const report = JSON.parse(stdout) as JsonReport & { rewound: unknown };
    assert.equal(code, own.major >= 17 && db.server.major < 17 ? 1 : 0, stderr);
    assert.deepEqual(report.rewound, [{ name: 'public.users_id_seq', from: '10001', to: '6' }]);
    assert.equal(await next(db), '10001');
  },
  skip,
);

databaseTest(
  '--create makes the database that the archive names, and that is brought in step',
  newest,
  '',
  async (db, t) => {
    const name = `${db.name.slice(0, 50)}_made`;
    await withNamed(db, name, async (url) => {
      clients.run('psql', ['-qX', '-d', url, '-c', users]);
      const archive = dumped(t, { url }, '-Fc', '--exclude-table-data=users_id_seq');
      const there = await restore(['-q', '--create', archive, db.url]);
      assert.match(there.stderr, /_made already has 1 table: public\.users/);
      await db.query(`drop database ${name} with (force)`);
      const { code, stdout, stderr } = await restore(['-q', '--create', archive, db.url]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 6/);
      clients.run('psql', ['-qX', '-d', url, '-c', 'insert into users default values']);
    });
    assert.deepEqual(await db.query("select from pg_class where relname = 'users'"), [], 'only where it belongs');
  },
  skip,
);

databaseTest(
  'hostile names, of tables and of the database',
  newest,
  '',
  async (db, t) => {
    const names = ['A "b".c', "it's; drop table users; --", '%s\\n', 'zwei\nzeilen', 'é\u{1f418}'];
    for (const name of names)
      await db.query(
        `create table "${name.replaceAll('"', '""')}" (id serial primary key); insert into "${name.replaceAll('"', '""')}" values (3), (9)`,
      );
    const archive = dumped(t, db, '-Fc');
    const script = dumped(t, db, '-Fp', '--inserts');
    await withNamed(db, `x' "y" host=${db.name.slice(0, 20)}`, async (url) => {
      const first = await restore(['-q', archive, url]);
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stdout, /5 sequences: 5 ok/);
      const { stdout } = await restore(['--inspect', '--format', 'json', script]);
      const { sequences } = JSON.parse(stdout) as { sequences: { state: string; furthest: string }[] };
      assert.deepEqual(
        sequences.map(({ state, furthest }) => [state, furthest]),
        names.map(() => ['behind', '9']),
      );
      for (const name of names)
        clients.run('psql', ['-qX', '-d', url, '-c', `insert into "${name.replaceAll('"', '""')}" default values`]);
    });
  },
  skip,
);

databaseTest(
  'passwords are in no argv, of pgseq and of what it runs, and in no output',
  newest,
  users,
  async (db, t) => {
    const url = new URL(db.url);
    url.password = 's3cret';
    const slow = file(t, 'a.sql', "select pg_sleep(1);\nselect 1 / 0;\n\\echo 'done'\n");
    await db.query("create function slow() returns int language sql as 'select 1 from pg_sleep(0.3)'");
    await db.query('alter table users add check (slow() = 1)');
    const archive = dumped(t, db, '-Fc');
    for (const [source, program, options] of [
      [slow, 'psql', ['--into-existing']],
      [archive, 'pg_restore', ['--data-only', '--into-existing']],
    ] as const) {
      await db.query('truncate users');
      const { child, result } = begin(t, [...options, source, '-d', url.href]);
      await until(async () => (await isAsleep(db)()) || (await isCopying(db)));
      const pids = [...processes(db, program), child.pid ?? 0];
      assert.equal(pids.length, 2);
      for (const pid of pids) assert.doesNotMatch(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /s3cret/);
      const { stdout, stderr } = await result;
      assert.doesNotMatch(stdout + stderr, /s3cret/);
    }
  },
  skip,
);

async function isCopying(db: Database): Promise<boolean> {
  const found = await db.query(
    "select from pg_stat_activity where query like 'COPY%' and datname = current_database() and state = 'active'",
  );
  return found.length > 0;
}
