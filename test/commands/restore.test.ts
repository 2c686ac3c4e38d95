import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Clients, clientsFor, dump, withoutClients } from '../support/clients.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { pgseq, type PgseqOptions, type PgseqResult, spawnPgseq } from '../support/pgseq.ts';
import { newest, servers } from '../support/servers.ts';
import { folder, type JsonReport, until } from './support.ts';

// `pgseq restore`, beside what the dumps themselves do: what it takes, what it refuses, and that it can be interrupted.

const clients = clientsFor(18) as Clients;
const users = `
  create table users (id serial primary key, email text);
  insert into users (email) select 'user ' || n from generate_series(1, 5) n;`;

/** A file of the test's own. */
function file(t: TestContext, name: string, content: string | Buffer = ''): string {
  const path = join(folder(t, 'empty', ''), name);
  writeFileSync(path, content);
  return path;
}

function restore(args: readonly string[], options: PgseqOptions = {}): Promise<PgseqResult> {
  return pgseq(['restore', '--bin-dir', clients.binDir, ...args], options);
}

/** A dump of a database in a file. */
function dumped(t: TestContext, db: Database, ...args: readonly string[]): string {
  const path = file(t, 'dump');
  dump(db, clients, [...args, '--file', path]);
  return path;
}

const emptied = async (db: Database): Promise<void> => void (await db.query('drop table users'));
const skip = { skip: withoutClients };
const next = async (db: Database): Promise<unknown> =>
  (await db.query('select last_value + is_called::int from users_id_seq'))[0]?.[0];

databaseTest(
  'the report: what was restored and what stood behind',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '--exclude-table-data=users_id_seq');
    await emptied(db);
    const { code, stdout, stderr } = await restore(['-q', archive, db.url]);
    const warning =
      'the rows of public.users come without the position of public.users_id_seq: it is brought in step afterwards';
    assert.deepEqual(
      [code, stdout, stderr],
      [
        0,
        `loaded  public.users\nwarning: ${warning}\n\nmoved       public.users_id_seq  next 1 -> 6  step\n\n1 sequence: 1 ok\n`,
        `pgseq: warning: ${warning}\n`,
      ],
    );
  },
  skip,
);

for (const [form, suffix, compress] of [
  ['-Fp', 'gz', gzipSync],
  ['-Fc', 'gz', gzipSync],
  ['-Ft', 'gz', gzipSync],
  ['-Fp', 'zst', zstd],
  ['-Fc', 'zst', zstd],
] as const)
  databaseTest(
    `${form}, compressed: ${suffix}`,
    newest,
    users,
    async (db, t) => {
      const plain = readFileSync(dumped(t, db, form));
      await emptied(db);
      const archive = file(t, `dump.${suffix}`, compress(plain));
      const inspected = await restore(['--inspect', archive]);
      assert.match(inspected.stdout, /ok +public\.users_id_seq +next 6 +furthest 5/);
      const { code, stderr } = await restore(['-q', archive, db.url]);
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(await next(db), '6');
    },
    skip,
  );

/** By the program: not every Node.js knows how. */
function zstd(bytes: Buffer): Buffer {
  return execFileSync('zstd', ['-cq'], { input: bytes });
}

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
  'errors that pg_restore ignored: listed, and its code passed on when the sequences are in step',
  newest,
  users,
  async (db, t) => {
    await db.query('create table other (id serial primary key); insert into other values (7)');
    const archive = dumped(t, db, '-Fc', '--exclude-table-data=other_id_seq');
    await db.query('drop table other');
    const { code, stdout, stderr } = await restore(['-q', '--into-existing', '--format', 'json', archive, db.url]);
    const report = JSON.parse(stdout) as JsonReport & { errors: string[]; exitCode: number };
    assert.deepEqual([code, report.exitCode], [1, 1]);
    assert.ok(
      report.errors.some((line) => /TABLE users.*relation "users" already exists/.test(line)),
      stdout,
    );
    assert.match(
      stderr,
      /pg_restore: error: could not execute query: ERROR: {2}relation "users" already exists\nCommand was: CREATE TABLE/,
    );
    assert.deepEqual(
      report.sequences.filter(({ action }) => action === 'moved').map(({ name }) => name),
      ['public.other_id_seq'],
    );
  },
  skip,
);

databaseTest(
  'errors of a script: psql ends with 0, and pgseq does not',
  newest,
  users,
  async (db, t) => {
    const script = file(
      t,
      'a.sql',
      'insert into users values (40);\nselect nonsense;\nselect 1 / 0;\n\\nonsense\ninsert into users values (41);\n',
    );
    const { code, stdout } = await restore(['-q', '--into-existing', '--format', 'json', script, db.url]);
    const report = JSON.parse(stdout) as JsonReport & { errors: string[]; exitCode: number };
    assert.deepEqual([code, report.exitCode], [2, 0]);
    assert.deepEqual(report.errors, [
      'line 2: column "nonsense" does not exist',
      'line 3: division by zero',
      'line 4: invalid command \\nonsense',
    ]);
    assert.equal(await next(db), '42');
    const first = await restore(['-q', '--into-existing', '-e', script, db.url]);
    assert.equal(first.code, 3, first.stdout); // psql's own, after ON_ERROR_STOP
  },
  skip,
);

databaseTest(
  'a target with tables, --clean beside others, and a target that nobody named',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc');
    const before = await db.query('select count(*), max(xmin::text) from users');
    const full = await restore(['-q', archive, db.url]);
    assert.deepEqual([full.code, full.stdout], [2, '']);
    assert.match(full.stderr, /has 1 table already: public\.users\n {2}nothing was restored; .*--into-existing/);
    const other = await db.connect({ application_name: 'the shop' });
    await other.query('select 1');
    const clean = await restore(['-q', '--clean', archive, db.url]);
    assert.equal(clean.code, 2);
    assert.match(
      clean.stderr,
      /--clean drops what others use, and 2 other sessions of \S+ are connected: postgres \(process \d+.*the shop/,
    );
    const behind = await restore(['-q', archive, db.url, '--', '--clean']);
    assert.equal(behind.code, 2);
    const nowhere = await restore([archive], {
      env: { DATABASE_URL: db.url, POSTGRES_URL: db.url, PGDATABASE: db.name },
    });
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /restore into which database\? it has to be named/);
    const elsewhere = await restore(['-q', '--into-existing', archive, db.url, '--', '-d', 'postgres']);
    assert.match(elsewhere.stderr, /-d behind -- would send the restore elsewhere/);
    assert.deepEqual(await db.query('select count(*), max(xmin::text) from users'), before);
  },
  skip,
);

databaseTest(
  '--create makes the database that the archive names, and that is brought in step',
  newest,
  '',
  async (db, t) => {
    const name = `${db.name.slice(0, 50)}_made`;
    const url = new URL(db.url);
    url.pathname = `/${name}`;
    await db.query(`create database ${name} template template0`);
    try {
      clients.run('psql', ['-qX', '-d', url.href, '-c', users]);
      const archive = file(t, 'dump');
      dump({ url: url.href }, clients, ['-Fc', '--exclude-table-data=users_id_seq', '--file', archive]);
      const there = await restore(['-q', '--create', archive, db.url]);
      assert.match(there.stderr, /_made has 1 table already: public\.users/);
      await db.query(`drop database ${name} with (force)`);
      const { code, stdout, stderr } = await restore(['-q', '--create', archive, db.url]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 6/);
    } finally {
      await db.query(`drop database if exists ${name} with (force)`);
    }
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
    const database = `x' "y" host=${db.name.slice(0, 20)}`;
    await db.query(`create database "${database.replaceAll('"', '""')}" template template0`);
    const url = new URL(db.url);
    url.pathname = `/${encodeURIComponent(database)}`;
    try {
      const first = await restore(['-q', archive, url.href]);
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stdout, /5 sequences: 5 ok/);
      const { stdout } = await restore(['--inspect', '--format', 'json', script]);
      const { sequences } = JSON.parse(stdout) as { sequences: { state: string; furthest: string }[] };
      assert.deepEqual(
        sequences.map(({ state, furthest }) => [state, furthest]),
        names.map(() => ['behind', '9']),
      );
    } finally {
      await db.query(`drop database "${database.replaceAll('"', '""')}" with (force)`);
    }
  },
  skip,
);

databaseTest(
  'passwords are in no argv and in no output',
  newest,
  '',
  async (db, t) => {
    const script = file(t, 'a.sql', 'select pg_sleep(2);\n');
    const url = new URL(db.url);
    url.password = 's3cret';
    const { result } = spawnPgseq(['restore', '--bin-dir', clients.binDir, script, url.href]);
    await until(
      async () =>
        (
          await db.query(
            "select from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()",
          )
        ).length > 0,
    );
    const shown = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => {
        try {
          return readFileSync(`/proc/${name}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    assert.ok(shown.some((line) => line.includes('--file=-')));
    // Who started pgseq by hand with a password in its argument showed it before pgseq could take it away
    assert.deepEqual(
      shown.filter((line) => line.includes('s3cret') && line.includes('psql')),
      [],
    );
    const { stdout, stderr } = await result;
    assert.ok(!`${stdout}${stderr}`.includes('s3cret'));
  },
  skip,
);

/** A script that loads rows, says that it is there, and then takes its time. */
const slow = (rows: string): string => `create table users (id serial primary key);\n${rows}\nselect pg_sleep(60);\n`;
const isAsleep = (db: Database) => async (): Promise<boolean> =>
  (
    await db.query(
      "select from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database() and state = 'active'",
    )
  ).length > 0;

databaseTest(
  'Ctrl-C is for psql, and the sequences of what arrived are brought in step',
  newest,
  '',
  async (db, t) => {
    const script = file(t, 'a.sql', slow('insert into users values (70);'));
    const { child, result } = spawnPgseq(['restore', '-q', '--bin-dir', clients.binDir, script, db.url]);
    await until(isAsleep(db));
    child.kill('SIGINT');
    const { code, stdout } = await result;
    assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 71/);
    assert.ok(code === 2 || code === 3 || code === 130, String(code));
  },
  skip,
);

databaseTest(
  'psql killed in the middle: what arrived is in step, and its end is passed on',
  newest,
  '',
  async (db, t) => {
    const script = file(t, 'a.sql', slow('insert into users values (70);'));
    const { result } = spawnPgseq(['restore', '-q', '--bin-dir', clients.binDir, script, db.url]);
    await until(isAsleep(db));
    const pid = readdirSync('/proc').find((name) => {
      try {
        return (
          /^\d+$/.test(name) &&
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`PGDATABASE=${db.name}`) &&
          /\bpsql\b/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
        );
      } catch {
        return false;
      }
    });
    process.kill(Number(pid), 'SIGKILL');
    const { code, stdout } = await result;
    assert.equal(code, 137);
    assert.match(stdout, /moved {7}public\.users_id_seq {2}next 1 -> 71/);
  },
  skip,
);

databaseTest(
  'a dump that is cut: said so, and what arrived is in step',
  newest,
  users,
  async (db, t) => {
    await db.query('insert into users (email) select md5(n::text) from generate_series(6, 60000) n');
    const whole = gzipSync(readFileSync(dumped(t, db, '-Fp')));
    await emptied(db);
    const archive = file(t, 'a.sql.gz', whole.subarray(0, whole.length - 2000));
    const { code, stderr } = await restore([archive, db.url]);
    assert.equal(code, 2);
    assert.match(stderr, /a\.sql\.gz: the compressed file ends too early: it was cut/);
    assert.deepEqual(
      await db.query("select from pg_class where relname = 'users'"),
      [],
      'it was read before anything was touched',
    );
  },
  skip,
);

test('what is no dump is called what it is', async (t) => {
  const directory = folder(t, 'x', '');
  mkdirSync(join(directory, 'dir'));
  for (const [name, content, message] of [
    ['empty.dump', '', /the file is empty/],
    ['a.sqlite', Buffer.from('SQLite format 3\0…'), /a SQLite database.*\n {2}its tables are moved by: pgseq import/],
    ['a.sql', Buffer.from('\ufeffselect 1', 'utf16le'), /UTF-16/],
    ['b.sql', '-- MySQL dump 10.13\n', /a dump of MySQL/],
    ['c.bin', Buffer.from([1, 2, 0, 3]), /NUL bytes/],
    ['d.dump', 'PGDMP', /its table of contents cannot be read/],
  ] as const) {
    writeFileSync(join(directory, name), content);
    const { code, stderr } = await pgseq(['restore', join(directory, name), 'postgres://u@127.0.0.1:1/x']);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  for (const [path, message] of [
    [join(directory, 'dir'), /a directory without toc\.dat/],
    [join(directory, 'nothing'), /there is no such file/],
  ] as const)
    assert.match((await pgseq(['restore', path, 'postgres://u@127.0.0.1:1/x'])).stderr, message);
});

databaseTest('programs that are too old, or not there', newest, '', async (db, t) => {
  const old = folder(t, 'psql', '#!/bin/sh\necho "psql (PostgreSQL) 15.10"\n');
  writeFileSync(join(old, 'pg_restore'), '#!/bin/sh\necho "pg_restore (PostgreSQL) 15.10"\n');
  for (const name of ['psql', 'pg_restore']) chmodSync(join(old, name), 0o755);
  const script = file(t, 'a.sql', '--\n-- dump\n--\n\n\\restrict abc\n\nselect 1;\n');
  const archive = file(t, 'a.dump', Buffer.from('PGDMP\u0001\u0010\u0000\u0004\u0008\u0001 and so on', 'latin1'));
  for (const [dumpFile, message] of [
    [script, /begins with \\restrict, which only psql of August 2025 and later knows; found psql 15\.10/],
    [
      archive,
      /was written by a newer pg_dump \(format 1\.16\) and needs pg_restore 17 or newer; found pg_restore 15\.10/,
    ],
  ] as const) {
    const { code, stderr } = await pgseq(['restore', '-q', '--bin-dir', old, dumpFile, db.url]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  const none = await pgseq(['restore', '-q', '--bin-dir', '/nowhere', script, db.url]);
  assert.match(none.stderr, /there is no psql in \/nowhere/);
});

databaseTest(
  'a program that is older than the server is told of before anything is touched',
  newest,
  '',
  async (db, t) => {
    const old = folder(
      t,
      'psql',
      '#!/bin/sh\ncase "$1" in --version) echo "psql (PostgreSQL) 15.14";; *) cat >/dev/null;; esac\n',
    );
    chmodSync(join(old, 'psql'), 0o755);
    const script = file(t, 'a.sql', 'select 1;\n');
    const { code, stderr } = await pgseq(['restore', '--bin-dir', old, script, db.url]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /the server is of PostgreSQL 18, and \S+psql of 15\.14: an older program may not know/);
  },
);

test('a script cannot be restored in parts', async (t) => {
  const script = file(t, 'a.sql', 'select 1;');
  const { code, stderr } = await pgseq(['restore', '-t', 'users', '-j', '4', script, 'postgres://u@127.0.0.1:1/x']);
  assert.equal(code, 2);
  assert.match(stderr, /is a script, which psql runs as a whole: it has no --jobs, --table/);
});
