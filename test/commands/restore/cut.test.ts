import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { dumped, file, restore, skip, users } from './support.ts';

// A dump that was cut is nothing to restore: psql would store the half of a value, and end with 0.

databaseTest(
  'a script of pg_dump that was cut anywhere: refused before anything is stored, and --inspect says so',
  newest,
  users,
  async (db, t) => {
    const cut = (script: string, at: string, more = 0): string => script.slice(0, script.indexOf(at) + more);
    const [whole, data, inserts] = [[], ['--data-only'], ['--inserts']].map((form) =>
      readFileSync(dumped(t, db, '-Fp', ...form), 'utf8'),
    ) as [string, string, string];
    const inHalf = cut(whole, 'user 3', 5);
    const cases: readonly (readonly [content: string | Buffer, ...options: string[]])[] = [
      [inHalf],
      [inHalf, '-1'],
      [inHalf, '-e'],
      [gzipSync(inHalf)],
      [cut(whole, 'user 3', 6)],
      [cut(whole, 'SET ')],
      [cut(whole, 'dump complete', 'dump comp'.length)],
      [cut(data, 'user 3', 6)],
      [cut(inserts, 'user 3', 5)],
      [cut(inserts, 'INSERT')],
    ];
    await withDatabase(newest, 'restored', '', async (target) => {
      for (const [content, ...options] of cases) {
        const path = file(t, 'cut', content);
        const { code, stdout, stderr } = await restore(['-q', ...options, path, target.url]);
        assert.deepEqual([code, stdout], [2, ''], stderr);
        assert.match(stderr, /is truncated at line \d+: .*"-- PostgreSQL database dump complete", is missing\n/);
        assert.match(stderr, /\n {2}nothing was restored; /);
      }
      assert.deepEqual(await target.query("select relname from pg_class where relname like 'users%'"), []);
    });
    const path = file(t, 'cut', gzipSync(inHalf));
    const { code, stdout } = await restore(['--inspect', path]);
    assert.equal(code, 2);
    assert.match(stdout, /^error: .* is truncated at line \d+: within the rows of public\.users, /);
    const json = await restore(['--inspect', '--format', 'json', path]);
    assert.match((JSON.parse(json.stdout) as { cut: { why: string } }).cut.why, /is missing/);
  },
  skip,
);

databaseTest(
  'an uncompressed directory archive, a member of which was cut: refused, for pg_restore would load the half of it',
  newest,
  `${users} create table empty (id serial primary key);`,
  async (db, t) => {
    for (const form of [[], ['--inserts']]) {
      const path = dumped(t, db, '-Fd', '-Z0', ...form);
      assert.equal((await restore(['--inspect', path])).code, 0);
      const member = readdirSync(path).find((name) => readFileSync(join(path, name)).includes('user 3')) ?? '';
      truncateSync(join(path, member), readFileSync(join(path, member)).indexOf('user 3') + 5);
      const { code, stdout, stderr } = await restore(['-q', '--into-existing', path, db.url]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.ok(stderr.includes(`is truncated: ${member}, which holds the rows of a table`), stderr);
    }
  },
  skip,
);

databaseTest(
  'a script that nobody ended is restored where nothing tells that it was cut',
  newest,
  '',
  async (db, t) => {
    const path = file(t, 'mine.sql', 'create table t (id serial primary key);\ninsert into t values (7)');
    const { code, stdout } = await restore(['-q', path, db.url]);
    assert.equal(code, 0, stdout);
    writeFileSync(path, 'COPY t FROM stdin;\n8\n9');
    const { code: refused, stderr } = await restore(['-q', '--into-existing', path, db.url]);
    assert.equal(refused, 2);
    assert.match(stderr, /is truncated at line 3: the \\\. that ends the rows of public\.t is missing/);
    assert.deepEqual(await db.query('select id::text from t'), [['7']]);
  },
  skip,
);
