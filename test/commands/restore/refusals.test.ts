import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { dumped, file, restore, skip, users } from './support.ts';
import { folder } from '../support.ts';

// What `pgseq restore` refuses, before anything is touched.

databaseTest(
  'a target with tables, --clean beside others, and a target that nobody named',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc');
    const before = await db.query('select count(*), max(xmin::text) from users');
    const full = await restore(['-q', archive, db.url]);
    assert.deepEqual([full.code, full.stdout], [2, '']);
    assert.match(full.stderr, /already has 1 table: public\.users\n {2}nothing was restored; .*--into-existing/);
    const other = await db.connect({ application_name: 'the shop' });
    await other.query('select 1');
    const clean = await restore(['-q', '--clean', archive, db.url]);
    assert.equal(clean.code, 2);
    assert.match(
      clean.stderr,
      /--clean drops objects in use, and 2 other sessions of \S+ are connected: postgres \(process \d+.*the shop/,
    );
    const behind = await restore(['-q', archive, db.url, '--', '--clean']);
    assert.equal(behind.code, 2);
    const nowhere = await restore([archive], {
      env: { DATABASE_URL: db.url, POSTGRES_URL: db.url, PGDATABASE: db.name },
    });
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /no target database given: restore requires one/);
    assert.deepEqual(await db.query('select count(*), max(xmin::text) from users'), before);
  },
  skip,
);

databaseTest(
  'what stands behind -- cannot send a restore elsewhere, in whatever spelling',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc');
    const script = file(t, 'a.sql', 'create table stray (id serial);\n');
    for (const [source, ...words] of [
      [archive, '-d', 'postgres'],
      [archive, '-dpostgres'],
      [archive, '-ad', 'postgres'],
      [archive, '--dbn=postgres'],
      [archive, '--hos', 'elsewhere.example'],
      [archive, '-vC'],
      [archive, '--lis'],
      [archive, archive],
      [script, 'postgres'],
      [script, '-qU', 'postgres'],
      [script, '-v', 'a=b', 'postgres'],
      [script, '--set=a=b', '--port', '1'],
      [script, '-1f', '/dev/null'],
    ] as const) {
      const { code, stdout, stderr } = await restore(['-q', '--into-existing', source, db.url, '--', ...words]);
      assert.deepEqual([code, stdout], [2, ''], `${words.join(' ')}: ${stderr}`);
      assert.match(
        stderr,
        / after -- would restore into a database other than the one pgseq checks\n/,
        words.join(' '),
      );
    }
    const clean = await restore(['-q', archive, db.url, '--', '-vc', '--no-owner']);
    assert.match(clean.stderr, /--clean drops objects in use/);
    const command = await restore(['-q', script, db.url, '--', '-c', 'select 1']);
    assert.match(command.stderr, /already has 1 table/, 'a command of psql is no --clean');
    assert.deepEqual(await db.query("select from pg_class where relname = 'stray'"), []);
  },
  skip,
);

databaseTest(
  'what stands behind -- is handed on, with its values',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '--exclude-table-data=users_id_seq');
    await db.query('truncate users');
    const words = ['-a', '-t', 'users', '--schema', 'public', '-n', 'public', '--no-owner', '--superuser', 'postgres'];
    const parts = await restore(['-q', '--into-existing', archive, db.url, '--', ...words]);
    assert.equal(parts.code, 0, parts.stderr);
    const script = file(t, 'a.sql', 'insert into users (id) values (:id);\n');
    for (const [id, ...told] of [
      ['70', '-v', 'id=70'],
      ['71', '-1v', 'id=71'],
      ['72', '--set', 'id=72', '--pset', 'pager=off', '-c', 'set lock_timeout = 5000'],
    ] as const) {
      const { code, stdout, stderr } = await restore(['-q', '--into-existing', script, db.url, '--', ...told]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`next \\d+ -> ${Number(id) + 1} `));
    }
  },
  skip,
);

databaseTest('programs that are too old, or not there', newest, '', async (db, t) => {
  const old = folder(t, 'psql', '#!/bin/sh\necho "psql (PostgreSQL) 15.10"\n');
  writeFileSync(join(old, 'pg_restore'), '#!/bin/sh\necho "pg_restore (PostgreSQL) 15.10"\n');
  for (const name of ['psql', 'pg_restore']) chmodSync(join(old, name), 0o755);
  const script = file(t, 'a.sql', '--\n-- dump\n--\n\n\\restrict abc\n\nselect 1;\n');
  const archive = file(t, 'a.dump', Buffer.from('PGDMP\u0001\u0010\u0000\u0004\u0008\u0001 and so on', 'latin1'));
  for (const [dumpFile, message] of [
    [script, /begins with \\restrict, which only psql of August 2025 or later supports; found psql 15\.10/],
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
    assert.match(stderr, /the server runs PostgreSQL \d+ but \S+psql is 15\.14, which may not support everything/);
  },
);

test('a script cannot be restored in parts', async (t) => {
  const script = file(t, 'a.sql', 'select 1;');
  const { code, stderr } = await pgseq(['restore', '-t', 'users', '-j', '4', script, 'postgres://u@127.0.0.1:1/x']);
  assert.equal(code, 2);
  assert.match(stderr, /is a script, which psql runs as a whole, without --jobs, --table/);
});

databaseTest(
  'which rights are missing afterwards is said before anything is loaded, unless --clean makes it anew',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '--data-only');
    const role = db.role('loads');
    await db.query(
      `truncate users; create role ${role}; grant usage on schema public to ${role}; grant insert on users to ${role}`,
    );
    const { stderr } = await restore(['--into-existing', '--role', role, archive, db.url]);
    assert.match(
      stderr,
      new RegExp(
        `these privileges are missing[^]*\n  grant usage, select on sequence "public"."users_id_seq" to "${role}";\n[^]*\n  grant select \\("id"\\) on "public"."users" to "${role}";\n[^]*restoring `,
      ),
    );
    const clean = await restore(['--clean', '--if-exists', '--role', role, archive, db.url]);
    assert.doesNotMatch(clean.stderr, /these privileges are missing/);
  },
  skip,
);

databaseTest(
  'that a role may make nothing in a schema is said before, where the archive makes something there',
  newest,
  `${users}; create schema "my shop"; create table "my shop".t (id int); create schema other; create table other.t (id int)`,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '-n', 'public', '-n', 'other');
    const role = db.role('makes');
    await db.query(
      `drop table users, "my shop".t, other.t; create role ${role}; grant create on schema other to ${role}`,
    );
    const said = `pgseq: these privileges are missing; without them, no table or sequence can be created there:
  -- lets "${role}" create objects in this schema, which others may find there when they name no schema
  grant create on schema "public" to "${role}";
`;
    const { stderr } = await restore(['--role', role, archive, db.url]);
    assert.ok(stderr.includes(said), stderr);
    assert.ok(stderr.indexOf(said) < stderr.indexOf('restoring '), stderr);
    assert.match(stderr, /permission denied for schema public/);
    const rows = await restore(['--role', role, archive, db.url, '--', '--data-only']);
    assert.doesNotMatch(rows.stderr, /no table or sequence can be created/);
  },
  skip,
);
