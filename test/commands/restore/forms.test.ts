import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { dumped, file, next, restore, skip, users } from './support.ts';
import { folder, type JsonReport } from '../support.ts';

// Runs on every Node: programs and their streams.
// What is a dump, however it is packed, and what is none.

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
      await db.query('drop table users');
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
  return execFileSync('zstd', ['-cq'], { input: bytes, maxBuffer: 2 ** 28 });
}

for (const [form, method] of [
  ['-Fc', 'none'],
  ['-Fc', 'gzip'],
  ['-Fc', 'zstd'],
  ['-Fc', 'lz4'],
  ['-Fd', 'none'],
  ['-Fd', 'gzip'],
  ['-Fd', 'zstd'],
  ['-Fd', 'lz4'],
  ['-Fp', 'gzip'],
  ['-Fp', 'zstd'],
] as const)
  databaseTest(
    `${form}, as pg_dump --compress=${method} writes it`,
    newest,
    users,
    async (db, t) => {
      const archive = dumped(t, db, form, `--compress=${method}`, '--exclude-table-data=users_id_seq');
      await db.query('drop table users');
      const inspected = await restore(['--inspect', archive]);
      assert.match(inspected.stdout, /behind +public\.users_id_seq +next 1 +furthest 5/);
      const { code, stdout, stderr } = await restore(['-q', archive, db.url]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /moved +public\.users_id_seq +next 1 -> 6/);
      await db.query('insert into users default values');
    },
    skip,
  );

for (const [suffix, compress] of [
  ['gz', gzipSync],
  ['zst', zstd],
] as const)
  databaseTest(
    `a compressed script that is cut is found out before anything is touched: ${suffix}`,
    newest,
    users,
    async (db, t) => {
      await db.query('insert into users (email) select md5(n::text) from generate_series(6, 60000) n');
      const whole = compress(readFileSync(dumped(t, db, '-Fp')));
      await db.query('drop table users');
      for (const length of [whole.length >> 1, whole.length - 2000, whole.length - 1]) {
        const archive = file(t, `a.sql.${suffix}`, whole.subarray(0, length));
        for (const args of [
          [archive, db.url],
          ['--inspect', archive],
        ]) {
          const { code, stdout, stderr } = await restore(args);
          assert.deepEqual([code, stdout], [2, ''], stderr);
          assert.match(stderr, /a\.sql\.(?:gz: the compressed file is truncated|zst: )/);
        }
        assert.deepEqual(await db.query("select from pg_class where relname = 'users'"), []);
      }
    },
    skip,
  );

databaseTest(
  'an archive that is cut: pg_restore says so, its code is passed on, and what arrived is in step',
  newest,
  `${users} create table visits (id serial primary key, t text);
   insert into visits (t) select md5(n::text) from generate_series(1, 20000) n;`,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc', '--compress=none', '--exclude-table-data=users_id_seq');
    await db.query('drop table users, visits');
    const inspectable = readFileSync(archive);
    truncateSync(archive, inspectable.lastIndexOf('19000\t'));
    const inspected = await restore(['--inspect', archive]);
    assert.deepEqual([inspected.code, inspected.stdout], [2, '']);
    assert.match(inspected.stderr, /reading stopped there, so what was read is incomplete/);
    const { code, stdout } = await restore(['-q', '--format', 'json', archive, db.url]);
    const report = JSON.parse(stdout) as JsonReport & { errors: string[]; exitCode: number };
    assert.deepEqual([code, report.exitCode, report.errors.length], [1, 1, 1], stdout);
    assert.match(report.errors[0] ?? '', /end of file|could not read/);
    await db.query('insert into users default values');
    assert.equal(await next(db), '7');
    assert.equal(report.summary['behind'], 0);
  },
  skip,
);

test('what is no dump is called what it is', async (t) => {
  const directory = folder(t, 'x', '');
  mkdirSync(join(directory, 'dir'));
  for (const [name, content, message] of [
    ['empty.dump', '', /the file is empty/],
    ['a.sqlite', Buffer.from('SQLite format 3\0…'), /an SQLite database.*\n {2}to move its tables: pgseq import/],
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
    [join(directory, 'nothing'), /no such file/],
  ] as const)
    assert.match((await pgseq(['restore', path, 'postgres://u@127.0.0.1:1/x'])).stderr, message);
});
