import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { dumped, file, next, restore, skip, users } from './support.ts';
import type { JsonReport } from '../support.ts';

// Errors that do not stop a restore: listed, and the sequences of what did arrive are in step.

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
  'what was not loaded is not called loaded, in text and in JSON',
  newest,
  `create table a (id serial primary key, t text); insert into a (t) values ('x'), ('y');
   create table b (id serial primary key, a_id int references a); insert into b (a_id) values (2);
   create table empty (id serial primary key);`,
  async (db, t) => {
    const [archive, script] = [dumped(t, db, '-Fc'), dumped(t, db, '-Fp', '--inserts')];
    const said = async (...args: readonly string[]): Promise<Record<'tables' | 'notLoaded', string[]>> => {
      const { code, stdout } = await restore(['-q', '--format', 'json', ...args, db.url]);
      const { tables, notLoaded } = JSON.parse(stdout) as Record<
        'tables' | 'notLoaded',
        { name: string; rows: string | null; state?: string; reason?: string }[]
      >;
      assert.equal(code === 0, notLoaded.length === 0, stdout);
      const line = ({ name, rows, state, reason }: (typeof tables)[number]): string =>
        [name, rows, state, reason].filter((part) => part !== undefined).join(' ');
      return { tables: tables.map(line), notLoaded: notLoaded.map(line) };
    };
    // Nothing is there
    await db.query('drop table b, a, empty');
    assert.deepEqual(await said('-a', archive), {
      tables: [],
      notLoaded: ['a', 'b', 'empty'].map((name) => `public.${name} 0 missing no such table`),
    });
    assert.deepEqual((await said(archive)).tables, ['public.a 2', 'public.b 1', 'public.empty 0']);
    // One fails, and the other is there already
    await db.query('delete from b');
    const again = await said('-a', '--into-existing', archive);
    assert.deepEqual(again.tables, ['public.b 1', 'public.empty 0']);
    assert.match(again.notLoaded.join(), /^public\.a 0 failed COPY failed for table "a": ERROR: {2}duplicate key/);
    // A script in one transaction: what came was undone
    await db.query("delete from b; delete from a where t = 'y'");
    const { tables, notLoaded } = await said('-1', '--into-existing', script);
    assert.deepEqual(tables, []);
    assert.deepEqual(notLoaded, ['public.a 0 failed see the errors', 'public.b 0 failed see the errors']);
    const text = await restore(['-q', '--into-existing', script, db.url]);
    assert.match(
      text.stdout,
      /^loaded {6}public\.b {2}1 row\nnot loaded {2}public\.a {2}1 of 2 rows: see the errors\n/,
    );
  },
  skip,
);
