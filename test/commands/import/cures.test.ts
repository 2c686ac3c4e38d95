import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext } from 'node:test';
import { type Database, databaseTest } from '../../support/database.ts';
import { type Mariadb, startMariadb, withoutMariadb } from '../../support/mariadb.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { sqlite, withoutSqlite } from '../../support/sqlite.ts';

// What an import that is refused offers: options that a shell takes as they are printed, and that cure it.

function file(t: TestContext, name: string, content = ''): string {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-cures-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

async function refused(db: Database, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pgseq(['import', '-q', ...args, '--to', db.url]);
  assert.deepEqual([code, stdout], [2, ''], stderr);
  return stderr;
}

/** The words that a shell makes of the option that a text offers. */
function offered(text: string, option: string): string[] {
  const [said = ''] = new RegExp(`${option} (?:'(?:[^']|'\\\\'')*'|\\S)+`).exec(text) ?? [];
  return spawnSync('sh', ['-c', `printf '%s\\n' ${said}`], { encoding: 'utf8' })
    .stdout.trimEnd()
    .split('\n');
}

databaseTest(
  'options are printed as a shell takes them, whatever a name has in it',
  newest,
  'create table t (id serial primary key, name text);',
  async (db, t) => {
    for (const name of ['a;b', "it's", 'x y', '$(reboot)', 'a=b', '"q"', 'e-mail']) {
      const cell = `"${name.replaceAll('"', '""')}"`;
      const path = file(t, 't.csv', `id,${cell}\n7,x\n`);
      const said = await refused(db, path);
      const [option = '', pair = ''] = offered(said.slice(said.indexOf('; --map')), '--map');
      assert.equal((await pgseq(['import', '-q', path, option, `${pair}name`, '--to', db.url])).code, 0, said);
      assert.deepEqual(await db.query('delete from t returning id::text, name'), [['7', 'x']]);
    }
  },
);

databaseTest(
  'one mistake is said once: a table that is not there, and not that there is nothing to import',
  newest,
  'create table t (id serial primary key);',
  async (db, t) => {
    const unknown = await refused(db, file(t, 'users.csv', 'id\n1\n'));
    assert.match(unknown, /no table users to load into/);
    assert.doesNotMatch(unknown, /nothing to import/);
    const renamed = await refused(db, file(t, 't.csv', 'id\n1\n'), '--rename-table', 'x=t', '--table', 'nowhere.t');
    assert.doesNotMatch(renamed, /nothing to import/);
  },
);

databaseTest(
  'a table with a dot in its name, by every spelling',
  newest,
  'create schema a; create table "a.b" (id serial primary key); create table a.c (id serial primary key);',
  async (db, t) => {
    const path = sqlite(
      file(t, 'x.db'),
      'create table "a.b" (id integer primary key); insert into "a.b" values (4); create table "a.c" (id integer primary key); insert into "a.c" values (5);',
    );
    for (const args of [
      ['--table', 'a.b'],
      ['--table', '"a.b"'],
      ['--table', 'a.b', '--rename-table', 'a.b=public."a.b"'],
      ['--table', 'a.b', '--rename-table', '"a.b"="a.b"'],
      [],
    ]) {
      const { code, stderr } = await pgseq(['import', '-q', path, ...args, '--to', db.url]);
      assert.equal(code, 0, `${args.join(' ')} ${stderr}`);
      assert.deepEqual(await db.query('delete from "a.b" returning id::text'), [['4']]);
      assert.deepEqual(await db.query('delete from a.c returning id::text'), args.length === 0 ? [['5']] : []);
    }
    await db.query('drop table "a.b"');
    const said = await refused(db, path, '--table', '"a.b"');
    assert.deepEqual(offered(said, '--rename-table'), ['--rename-table', '"a.b"=…']);
  },
  { skip: withoutSqlite },
);

databaseTest(
  'what a failed import leaves is said: a sequence that was moved beforehand, and ids that a default drew',
  newest,
  'create table t (id serial primary key, n int not null check (n < 10)); create table plain (id int primary key, n int check (n < 10));',
  async (db, t) => {
    const path = sqlite(
      file(t, 'x.db'),
      'create table t (id integer primary key, n integer); insert into t values (41, 10);',
    );
    assert.match(
      await refused(db, path),
      /nothing was imported\n[^]*a harmless gap in the ids may remain: public\.t_id_seq stays at 42/,
    );
    const rows = file(t, 't.csv', 'n\n1\n10\n');
    assert.match(
      await refused(db, rows),
      /a harmless gap in the ids may remain: .*ids that public\.t\.id used in the meantime/,
    );
    assert.doesNotMatch(await refused(db, file(t, 'plain.csv', 'id,n\n1,10\n')), /gap/);
  },
  { skip: withoutSqlite },
);

let server: Mariadb;
before(async () => {
  if (withoutMariadb === false) server = await startMariadb();
});
after(() => server?.remove());

databaseTest(
  "MySQL's zero dates: the error names --zero-dates, and null loads them so; a text column has them as they are",
  newest,
  'create table t (id serial primary key, at timestamptz, day date, word text);',
  async (db) => {
    server.run('create database zero;');
    server.run(
      `set sql_mode = ''; create table t (id int primary key, at datetime, day date, word date);
       insert into t values (1, '0000-00-00', '2024-05-00', '0000-00-00'), (2, '2024-05-06 07:08:09', '2024-05-06', '2024-05-06');`,
      'zero',
    );
    const url = server.url('zero');
    for (const more of [[], ['--zero-dates', 'reject']])
      assert.match(
        await refused(db, url, ...more),
        /0000-00-00 00:00:00 is not a date: --zero-dates null loads it as NULL/,
      );
    const { code, stderr } = await pgseq(['import', '-q', url, '--zero-dates', 'null', '--to', db.url]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await db.query("select id::text, at at time zone 'UTC', day::text, word from t order by id"), [
      ['1', null, null, '0000-00-00'],
      ['2', '2024-05-06 07:08:09', '2024-05-06', '2024-05-06'],
    ]);
  },
  { skip: withoutMariadb },
);
